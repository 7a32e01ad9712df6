from datetime import timedelta

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.jobs import DUE
from subaccounts.invoices.operations.selling import change_terms
from tests.factories import invoices, tenants
from tests.factories.tenants import NOON


class TestAGeneratedDraft:
    def test_opens_by_itself_after_the_days_of_grace_and_an_empty_one_waits(self, app, owner):
        clinic = tenants.sub_account(tenants.agency())
        with scope.of_agency(clinic.agency_id), transaction():
            change_terms(clinic.id, {"grace_hours": 24}, by=OPERATOR, now=NOON)
        customer = invoices.customer(clinic)
        for lines in (None, []):
            invoices.draft(customer, lines, is_generated=True)

        for hours in (23, 24):
            with scope.of_agency(clinic.agency_id):
                DUE.run_due(NOON + timedelta(hours=hours))

        assert owner.execute("SELECT count(*), max(opened_at) FROM invoices").fetchone() == (
            1,
            NOON + timedelta(days=1),
        )
        assert owner.execute("SELECT open_at FROM invoice_drafts").fetchall() == [(None,)]
