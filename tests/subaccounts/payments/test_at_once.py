"""Any history of paying, crediting, refunding and disputing; and two who pay the same invoice at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from tests.factories import invoices, payments, tenants
from tests.factories.payments import dollars

ACTS = st.lists(
    st.tuples(st.sampled_from(["bill", "pay", "apply", "refund", "credit"]), st.integers(min_value=1, max_value=150)),
    min_size=1,
    max_size=8,
)


class History:
    """One customer's invoices and payments, whatever happens to them; a refusal changes nothing."""

    def __init__(self, payer):
        self.payer = payer
        self.bills = [invoices.invoice(payer, [invoices.line("100.00", taxes=[])])]
        self.paid = []

    def do(self, act, amount):
        said = f"{amount}.00"
        try:
            if act == "bill":
                self.bills.append(invoices.invoice(self.payer, [invoices.line(said, taxes=[])]))
            elif act == "pay":
                self.paid.append(payments.recorded(self.payer, said))
            elif act == "apply":
                payments.applied(self.payer)
            elif act == "refund" and self.paid:
                payments.refunded(self.paid[amount % len(self.paid)], said)
            elif act == "credit":
                payments.credited(self.bills[amount % len(self.bills)], said)
        except DomainError:
            session.rollback()


class TestAnyHistory:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(acts=ACTS)
    def test_balances_are_totals_less_what_was_put_to_them_and_the_ledger_agrees(self, app, acts):
        history = History(invoices.customer(tenants.sub_account(tenants.agency())))

        for act, amount in acts:
            history.do(act, amount)

        for bill in (invoices.stored(each) for each in history.bills):
            assert bill.balance == bill.total - bill.paid - bill.credited
            assert bill.balance.micros >= 0
            assert (bill.state == "closed") == (not bill.balance)
        assert payments.verified(history.payer) == []


class TestTwoAtOnce:
    @pytest.mark.parametrize("amount", [None, "110.00"])
    def test_one_of_them_pays_the_invoice(self, app, patient, bill, amount):
        invoice = bill("110.00")

        def pay(_tab):
            with app.app_context():
                try:
                    return payments.requested(patient, amount).amount
                except DomainError as refusal:
                    return type(refusal).__name__
                finally:
                    session.remove()

        with ThreadPoolExecutor(4) as tabs:
            answers = list(tabs.map(pay, range(4)))

        assert answers.count(dollars("110.00")) == 1
        assert answers.count("PaymentUnderWay") == 3
        assert invoices.stored(invoice).balance == dollars("110.00")
