from dataclasses import replace
from datetime import date, timedelta

import pypdf
import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import Seller
from subaccounts.statements.aging import aging, totals
from subaccounts.statements.models import StatementKind
from subaccounts.statements.operations.making import NotOverYet, StatementWish, make_statement, pdf
from tests.factories import invoices, payments
from tests.factories.payments import dollars
from tests.factories.tenants import NOON
from wallet.billing_accounts.models import BillingAccount
from wallet.ledger.chart import AccountKind
from wallet.ledger.queries import trial_balance

TODAY = date(2026, 3, 2)


def made(payer, first_day=TODAY, last_day=TODAY, **more):
    with scope.of_agency(payer.agency_id), transaction():
        pays = payments.wish(payer)
        wish = StatementWish(
            account=pays.account,
            seller=pays.seller,
            customer_id=pays.customer_id,
            first_day=first_day,
            last_day=last_day,
        )
        return make_statement(replace(wish, **more), by=OPERATOR, now=NOON)


def aged(seller, day, kind="sub_account"):
    with scope.of_agency(seller.agency_id), transaction():
        return aging(Seller(kind), seller.id, as_of=day)


class TestAStatement:
    def test_it_has_each_act_with_the_balance_after_it(self, patient, bill):
        invoice = bill("100.00")
        payments.recorded(patient, "130.00")

        statement = made(patient)

        rows = [(row[1], row[4]) for row in statement.document["rows"]]
        assert rows == [
            (f"Invoice {invoice.number_text}", "$100.00"),
            ("Payment (Transfer, T-1)", "\N{MINUS SIGN}$30.00"),
        ]
        assert (statement.opening, statement.closing) == (dollars("0.00"), dollars("-30.00"))

    def test_what_was_before_is_its_opening(self, patient, bill):
        bill("100.00")
        with scope.of_agency(patient.agency_id), transaction():
            pays = payments.wish(patient)
            tomorrow = StatementWish(
                account=pays.account,
                seller=pays.seller,
                customer_id=pays.customer_id,
                first_day=TODAY + timedelta(days=1),
                last_day=TODAY + timedelta(days=1),
            )
            statement = make_statement(tomorrow, by=OPERATOR, now=NOON + timedelta(days=1))

        assert (statement.opening, statement.closing) == (dollars("100.00"), dollars("100.00"))

    def test_they_are_numbered_one_after_the_other(self, patient):
        assert [made(patient).number_text for _time in range(2)] == ["ST-00001", "ST-00002"]

    def test_it_cannot_reach_beyond_today(self, patient):
        with pytest.raises(NotOverYet):
            made(patient, last_day=TODAY + timedelta(days=1))

    def test_a_dispute_and_a_refund_stand_in_it(self, patient, bill):
        bill("100.00")
        paid = payments.paid(patient)
        payments.refunded(paid, "20.00")
        payments.disputed(paid, amount="80.00")

        statement = made(patient)

        assert statement.closing == dollars("100.00")
        assert len(statement.document["rows"]) == 4


class TestForReimbursement:
    @pytest.mark.parametrize(("shown", "said"), [(False, "6789"), (True, "123-45-6789")])
    def test_it_names_who_gave_the_service_and_masks_tax_ids(self, seller, patient, shown, said, tmp_path):
        provider = invoices.provider(seller)
        invoices.invoice(patient, [invoices.line(provider_id=provider.id, taxes=[])])
        with scope.of_agency(patient.agency_id), transaction():
            account = session.query(BillingAccount).filter_by(payer_id=patient.payer_id).one()
            account.tax_ids = [{"type": "us_ssn", "value": "123-45-6789"}]

        statement = made(patient, kind=StatementKind.INSURANCE, tax_ids_shown=shown)
        file = tmp_path / "statement.pdf"
        file.write_bytes(pdf(statement))

        text = pypdf.PdfReader(file).pages[0].extract_text()
        assert all(words in text for words in ("Dr. Mora", "L-77", "Cleaning", "$100.00", said))
        assert ("123-45" in text) is shown


class TestAging:
    def test_it_is_by_how_long_it_is_past_due(self, seller, bill):
        bill("100.00", due_on=date(2026, 3, 10))
        bill("50.00", due_on=date(2026, 4, 10))

        row = aged(seller, date(2026, 4, 10))[0]

        assert (row.days_60, row.not_due, row.total) == (dollars("100.00"), dollars("50.00"), dollars("150.00"))

    def test_it_equals_the_ledger(self, seller, patient, bill):
        bill("100.00")
        paid = payments.paid(patient, "60.00")
        payments.refunded(paid, "10.00")
        payments.recorded(patient, "5.00")

        with scope.of_agency(seller.agency_id), transaction():
            ledger = {each.kind: each.balance for each in trial_balance(sub_account_id=seller.id)}
            total = totals(aging(Seller.SUB_ACCOUNT, seller.id, as_of=TODAY))[0].total

        assert total == ledger[AccountKind.SELLER_RECEIVABLE] == dollars("45.00")

    def test_the_day_before_nothing_was_owed(self, seller, bill):
        bill("100.00")

        assert aged(seller, TODAY - timedelta(days=1)) == []
