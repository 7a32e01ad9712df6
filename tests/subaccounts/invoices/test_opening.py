from datetime import date, timedelta

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.invoices import State
from subaccounts.invoices.operations.composing import DueBeforeIssue
from subaccounts.invoices.operations.drafting import draft_many
from subaccounts.invoices.operations.opening import (
    AlreadyOpened,
    NegativeTotal,
    NothingToInvoice,
    issue_many,
    open_draft,
    open_many,
)
from subaccounts.invoices.rules.canonical import digest_of
from tests.factories import invoices, tenants
from tests.factories.tenants import NOON
from wallet.ledger.checks import verify


@pytest.fixture
def clinic(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def customer(clinic):
    return invoices.customer(clinic)


def opened(*drafts, now=NOON):
    with scope.of_agency(drafts[0].agency_id), transaction():
        return open_many([draft.id for draft in drafts], by=OPERATOR, now=now)


class TestOpening:
    def test_numbers_in_the_order_of_generation_without_gaps(self, customer):
        drafts = [invoices.draft(customer) for _ in range(3)]

        result = opened(*drafts)

        assert [invoice.number_text for invoice in result.invoices] == ["INV-00001", "INV-00002", "INV-00003"]
        assert [invoice.id for invoice in result.invoices] == [draft.id for draft in drafts]

    def test_freezes_the_document_with_its_hash(self, customer):
        invoice = invoices.stored(invoices.invoice(customer))

        with scope.of_agency(customer.agency_id), transaction():
            document = invoice.document

        assert (document["number"], document["net"], document["tax"], document["total"]) == (
            "INV-00001",
            "100.00",
            "10.00",
            "110.00",
        )
        assert invoice.document_hash == digest_of(document)

    def test_is_due_after_the_days_that_the_seller_gives(self, customer):
        invoice = invoices.invoice(customer, due_days=30)

        assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 2), date(2026, 4, 1))

    def test_leaves_nothing_of_the_draft(self, customer, owner):
        invoices.invoice(customer)

        assert owner.execute("SELECT count(*) FROM invoice_drafts").fetchone() == (0,)

    def test_agrees_with_the_ledger(self, clinic, customer):
        for payer in (clinic, customer, clinic):
            invoices.invoice(payer, [invoices.line("19.99"), invoices.line("-5.00"), invoices.line("0.01", taxes=[])])

        with scope.of_agency(clinic.agency_id), transaction():
            assert verify(clinic.agency_id) == []

    def test_dates_never_run_backwards(self, customer):
        opened(invoices.draft(customer), now=NOON + timedelta(days=3))

        late = opened(invoices.draft(customer), now=NOON).invoices[0]

        assert (late.number, late.issued_on) == (2, date(2026, 3, 5))

    def test_closes_at_once_what_a_wallet_paid(self, clinic):
        cents = [invoices.line("1.00", taxes=[], wallet=Money.of("0.996", "USD"))]

        invoice = invoices.stored(invoices.invoice(clinic, cents))

        assert (invoice.state, str(invoice.balance)) == (State.CLOSED, "0.00 USD")
        with scope.of_agency(clinic.agency_id), transaction():
            assert verify(clinic.agency_id) == []

    def test_without_a_draft_gives_the_same(self, customer):
        with scope.of_agency(customer.agency_id), transaction():
            result = issue_many([invoices.wish(customer), invoices.wish(customer, [])], by=OPERATOR, now=NOON)

        assert [invoice.number for invoice in result.invoices] == [1]
        assert [type(refusal) for refusal in result.refused.values()] == [NothingToInvoice]


class TestItRefuses:
    @pytest.mark.parametrize(
        ("wish", "refusal"),
        [
            ({"lines": []}, NothingToInvoice),
            ({"lines": [invoices.line("-1.00")]}, NegativeTotal),
            ({"due_on": date(2026, 3, 1)}, DueBeforeIssue),
        ],
    )
    def test_what_cannot_be_an_invoice_and_keeps_the_draft(self, customer, owner, wish, refusal):
        draft = invoices.draft(customer, **wish)

        with pytest.raises(refusal), scope.of_agency(customer.agency_id), transaction():
            open_draft(draft.id, by=OPERATOR, now=NOON)

        assert owner.execute("SELECT count(*) FROM invoice_drafts").fetchone() == (1,)

    def test_an_invoice_that_is_open_already(self, customer):
        invoice = invoices.invoice(customer)

        with pytest.raises(AlreadyOpened), scope.of_agency(customer.agency_id), transaction():
            open_draft(invoice.id, by=OPERATOR, now=NOON)

    def test_one_of_many_and_opens_the_others(self, customer):
        good, bad = invoices.draft(customer), invoices.draft(customer, [])

        result = opened(good, bad)

        assert [invoice.id for invoice in result.invoices] == [good.id]
        assert list(result.refused) == [bad.id]


class TestGrouping:
    def test_gives_each_provider_a_document_where_the_seller_wants_that(self, clinic, customer, owner):
        mora, vega = invoices.provider(clinic), invoices.provider(clinic, name="Dr. Vega")
        owner.execute(
            "INSERT INTO seller_terms (agency_id, id, sub_account_id, due_days, prices_include_tax, rounding, grouping,"
            " invoice_prefix, credit_note_prefix, custom_fields, tax_ids_shown)"
            " VALUES (%s, gen_random_uuid(), %s, 14, false, 'line', 'by_provider', 'A-', 'C-', '[]', false)",
            (clinic.agency_id, clinic.id),
        )
        lines = [invoices.line(provider_id=each.id) for each in (mora, vega, mora)]

        with scope.of_agency(clinic.agency_id), transaction():
            drafts = draft_many([invoices.wish(customer, lines)], by=OPERATOR, now=NOON)

        assert [str(draft.total) for draft in drafts] == ["220.00 USD", "110.00 USD"]
