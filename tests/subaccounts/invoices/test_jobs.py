from datetime import timedelta

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.jobs import DUE
from subaccounts.invoices.operations.selling import change_terms
from tests.factories import invoices, tenants
from tests.factories.tenants import NOON


@pytest.fixture
def customer(app):
    clinic = tenants.sub_account(tenants.agency())
    with scope.of_agency(clinic.agency_id), transaction():
        change_terms(clinic.id, {"grace_hours": 24}, by=OPERATOR, now=NOON)
    return invoices.customer(clinic)


def run_due(customer, hours):
    with scope.of_agency(customer.agency_id):
        DUE.run_due(NOON + timedelta(hours=hours))


class TestAGeneratedDraft:
    def test_opens_by_itself_after_the_days_of_grace_and_an_empty_one_waits(self, owner, customer):
        for lines in (None, []):
            invoices.draft(customer, lines, is_generated=True)

        for hours in (23, 24):
            run_due(customer, hours)

        assert owner.execute("SELECT count(*), max(opened_at) FROM invoices").fetchone() == (
            1,
            NOON + timedelta(days=1),
        )
        assert owner.execute("SELECT open_at FROM invoice_drafts").fetchall() == [(None,)]

    def test_that_fails_holds_up_no_other_and_is_tried_again_an_hour_later(self, owner, customer):
        for price in ("9000000000000.00", "9000000000000.00", "100.00"):
            invoices.draft(customer, [invoices.line(price, taxes=[])], is_generated=True)

        run_due(customer, 24)

        assert owner.execute("SELECT count(*) FROM invoices").fetchone() == (2,)
        assert owner.execute("SELECT open_at FROM invoice_drafts").fetchall() == [(NOON + timedelta(hours=25),)]
