from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.booking import account
from subaccounts.invoices.models.invoices import State
from subaccounts.invoices.operations.crediting import (
    CreditWish,
    MoreThanInvoiced,
    NothingToCredit,
    RefundTooLarge,
    issue_credit_note,
)
from subaccounts.invoices.operations.ending import SomethingApplied, VoidNeedsReason, void, write_off
from subaccounts.invoices.operations.settling import MoreThanApplied, MoreThanOwed, Part, Settlement, settle_many
from tests.factories import invoices, tenants
from tests.factories.tenants import NOON
from tests.post import letters
from wallet.ledger.checks import verify
from wallet.ledger.codes import Code


@pytest.fixture
def clinic(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def customer(clinic):
    return invoices.customer(clinic)


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def pay(invoice, amount: Money):
    with scope.of_agency(invoice.agency_id), transaction():
        settlement = Settlement(
            invoice_id=invoice.id,
            amount=amount,
            part=Part.PAID,
            against=account(invoice, "clearing"),
            code=Code.PAYMENT,
            journal_id=uuid4(),
        )
        settle_many([settlement], now=NOON)
    return invoices.stored(invoice)


def credit(invoice, **wish):
    with scope.of_agency(invoice.agency_id), transaction():
        return issue_credit_note(invoice.id, CreditWish(reason="Not given", **wish), by=OPERATOR, now=NOON)


def voided(invoice, *, reason="Billed twice"):
    with scope.of_agency(invoice.agency_id), transaction():
        return void(invoice.id, reason=reason, by=OPERATOR, now=NOON)


def differences(of):
    """All but what payments compare: here money is settled without a payment's row."""
    with scope.of_agency(of.agency_id), transaction():
        return [found for found in verify(of.agency_id) if found.what != "what was paid of invoice"]


class TestAPayment:
    def test_closes_at_zero_and_reopens_when_it_is_reversed(self, customer):
        invoice = invoices.invoice(customer)

        states = [pay(invoice, usd(amount)).state for amount in ("60.00", "50.00", "-50.00")]

        assert states == [State.OPEN, State.CLOSED, State.OPEN]
        assert differences(customer) == []

    @pytest.mark.parametrize(("amount", "refusal"), [("110.01", MoreThanOwed), ("-0.01", MoreThanApplied)])
    def test_is_refused_beyond_what_is_owed_or_was_put(self, customer, amount, refusal):
        invoice = invoices.invoice(customer)

        with pytest.raises(refusal):
            pay(invoice, usd(amount))

        assert invoices.stored(invoice).balance == usd("110.00")


class TestAVoid:
    def test_leaves_number_and_reason_and_reverses_the_ledger(self, customer):
        voided(invoices.invoice(customer))

        second = invoices.invoice(customer)

        assert second.number == 2
        assert differences(customer) == []

    def test_is_refused_once_something_was_applied(self, customer):
        invoice = pay(invoices.invoice(customer), usd("1.00"))

        with pytest.raises(SomethingApplied):
            voided(invoice)

    def test_needs_its_reason(self, customer):
        with pytest.raises(VoidNeedsReason):
            voided(invoices.invoice(customer), reason=" ")


class TestACreditNote:
    def test_lowers_the_balance_first_and_the_rest_is_refunded_or_kept(self, customer):
        invoice = pay(invoices.invoice(customer), usd("100.00"))

        note = credit(invoice, refund=usd("30.00"))

        assert (note.applied, note.refund, note.credit) == (usd("10.00"), usd("30.00"), usd("70.00"))
        assert invoices.stored(invoice).state is State.CLOSED
        assert differences(customer) == []

    def test_tells_its_payer_what_was_taken_back(self, clinic, owner):
        invoice = invoices.invoice(invoices.customer(clinic, email="lucia@example.com"))

        credit(invoice, notify=True)

        [(subject, text)] = letters(owner, "lucia@example.com")
        assert subject == "Credit note CN-00001 from Dental Norte: $110.00"
        assert "takes $110.00 off invoice INV-00001" in text
        assert "Nothing is left to pay." in text

    def test_has_its_own_series_and_names_its_invoice(self, customer):
        note = credit(invoices.invoice(customer))

        assert (note.number_text, note.document["invoice_number"]) == ("CN-00001", "INV-00001")

    def test_takes_net_and_tax_in_the_line_s_proportion(self, customer):
        invoice = invoices.invoice(customer)

        note = credit(invoice, lines={invoices.lines(invoice)[0].id: usd("55.01")})

        assert (note.net, note.tax) == (usd("50.01"), usd("5.00"))

    def test_takes_back_no_more_than_the_invoice(self, customer):
        invoice = invoices.invoice(customer)
        credit(invoice)

        with pytest.raises(NothingToCredit):
            credit(invoice)

    def test_takes_back_nothing_that_was_written_off(self, customer):
        invoice = invoices.invoice(customer)
        with scope.of_agency(invoice.agency_id), transaction():
            write_off(invoice.id, reason="Insolvent", by=OPERATOR, now=NOON)

        with pytest.raises(MoreThanInvoiced):
            credit(invoice)

    def test_refunds_no_more_than_was_paid(self, customer):
        invoice = pay(invoices.invoice(customer), usd("10.00"))

        with pytest.raises(RefundTooLarge):
            credit(invoice, refund=usd("10.01"))


def apply_step(invoice, step) -> None:
    kind, amount = step
    if kind == "pay":
        pay(invoice, Money.from_minor(amount, "USD"))
    elif kind == "credit":
        line = invoices.lines(invoice)[0]
        credit(invoice, lines={line.id: Money.from_minor(amount, "USD")})
    elif kind == "write_off":
        with scope.of_agency(invoice.agency_id), transaction():
            write_off(invoice.id, amount=Money.from_minor(amount, "USD"), reason="Lost", by=OPERATOR, now=NOON)
    else:
        voided(invoice)


STEPS = st.lists(
    st.tuples(st.sampled_from(["pay", "pay", "credit", "write_off", "void"]), st.integers(-3000, 12000)),
    min_size=1,
    max_size=6,
)


class TestAnyHistory:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def test_keeps_the_balance_equal_to_the_ledger_and_never_below_zero(self, customer, steps):
        invoice = invoices.invoice(customer)

        for step in steps:
            try:
                apply_step(invoice, step)
            except (DomainError, ValueError):
                continue

        now = invoices.stored(invoice)
        assert now.balance.micros >= 0
        assert (now.state is State.OPEN) == (now.balance.micros > 0)
        assert differences(customer) == []
