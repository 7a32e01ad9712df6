from datetime import date

import pytest
from sqlalchemy import select

from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.payments.models.payments import PaymentState
from subaccounts.payments.operations.dividing import BalanceChanged, NothingOwed, PaymentUnderWay, SplitTooLarge
from subaccounts.payments.operations.paying import AnotherRequest, CardsNotTaken
from subaccounts.payments.operations.recording import NoCredit
from tests.factories import cards, invoices, payments, tenants
from tests.factories.payments import dollars


class TestPayingByCard:
    def test_it_closes_the_invoice_and_the_ledger_agrees(self, patient, bill, stripe):
        invoice = bill("110.00")

        paid = payments.paid(patient)

        assert (paid.state, paid.amount) == (PaymentState.SETTLED, dollars("110.00"))
        assert invoices.stored(invoice).state == "closed"
        assert [charge["amount"] for charge in stripe.charged()] == [11000]
        assert payments.verified(patient) == []

    def test_it_pays_past_due_first_then_by_due_date(self, patient, bill):
        later = bill("50.00", due_on=date(2026, 4, 20))
        sooner = bill("50.00", due_on=date(2026, 3, 20))

        paid = payments.paid(patient, "70.00")

        assert payments.put(paid) == {sooner.number_text: dollars("50.00"), later.number_text: dollars("20.00")}

    def test_a_changed_balance_shows_the_new_amount_and_charges_nothing(self, patient, bill, stripe):
        bill("110.00")
        payments.recorded(patient, "30.00")

        with pytest.raises(BalanceChanged) as refused:
            payments.requested(patient, "110.00")

        assert refused.value.facts == {"amount_owed": "80.00", "currency": "USD"}
        assert stripe.charged() == []

    def test_a_balance_that_grew_since_it_was_seen_charges_nothing(self, patient, bill):
        invoice = bill("110.00")

        with pytest.raises(BalanceChanged):
            payments.requested(patient, splits={invoice.id: dollars("50.00")}, seen={invoice.id: dollars("50.00")})

    def test_one_under_way_blocks_the_same_amount(self, patient, bill):
        bill("110.00")
        payments.requested(patient)

        with pytest.raises(PaymentUnderWay):
            payments.requested(patient)

    def test_a_second_tab_finds_nothing_left_to_pay(self, patient, bill):
        bill("110.00")
        payments.paid(patient)

        with pytest.raises(NothingOwed):
            payments.requested(patient)

    def test_the_same_request_is_one_payment(self, patient, bill, stripe):
        bill("110.00")
        first = payments.paid(patient, request="form-1")

        again = payments.paid(patient, request="form-1")

        assert again.id == first.id
        assert len(stripe.charged()) == 1

    def test_a_request_named_for_something_else_is_refused(self, patient, bill):
        bill("110.00")
        payments.requested(patient, "50.00", request="form-1")

        with pytest.raises(AnotherRequest):
            payments.requested(patient, "60.00", request="form-1")

    def test_a_decline_pays_nothing_and_may_be_tried_again(self, seller, bill):
        other = invoices.customer(seller, name="Hugo Paz")
        payments.card(other, cards.DECLINING)
        invoice = invoices.invoice(other, [invoices.line(taxes=[])])

        declined = payments.paid(other)

        assert (declined.state, declined.decline_class) == (PaymentState.DECLINED, "soft")
        assert invoices.stored(invoice).balance == dollars("100.00")
        assert payments.requested(other).state is PaymentState.PROCESSING

    def test_what_was_credited_meanwhile_becomes_credit(self, patient, bill):
        invoice = bill("110.00")
        asked = payments.requested(patient)
        payments.credited(invoice, "40.00")

        settled = payments.collected(asked)

        assert settled.unapplied == dollars("40.00")
        assert payments.verified(patient) == []

    def test_a_seller_without_an_account_takes_no_cards(self, app, stripe):
        opened = tenants.sub_account(tenants.agency())
        other = invoices.customer(opened)
        invoices.invoice(other, [invoices.line(taxes=[])])

        with pytest.raises(CardsNotTaken):
            payments.requested(other)

    def test_a_sub_account_pays_its_agency_alike(self, seller, stripe):
        cards.card(seller)
        invoice = invoices.invoice(seller, [invoices.line("80.00", taxes=[])])

        payments.paid(seller)

        assert invoices.stored(invoice).state == "closed"
        assert payments.verified(seller) == []


class TestRecording:
    def test_more_than_is_owed_becomes_credit(self, patient, bill):
        bill("110.00")

        recorded = payments.recorded(patient, "150.00")

        assert recorded.unapplied == dollars("40.00")
        assert payments.verified(patient) == []

    def test_credit_is_applied_later(self, patient, bill):
        payments.recorded(patient, "40.00")
        invoice = bill("110.00")

        applied = payments.applied(patient)

        assert applied == {invoice.id: dollars("40.00")}
        assert invoices.stored(invoice).balance == dollars("70.00")
        assert payments.verified(patient) == []

    def test_the_log_names_what_each_credit_gave(self, patient, bill):
        payments.recorded(patient, "30.00")
        payments.recorded(patient, "50.00")
        payments.recorded(patient, "20.00")
        bill("40.00")

        payments.applied(patient)

        with scope.of_agency(patient.agency_id), transaction():
            log = select(AuditEntry.after).where(AuditEntry.action == "payment.credit_applied").order_by(AuditEntry.id)
            assert [after["amount"] for after in session.scalars(log)] == ["30.00 USD", "10.00 USD"]

    def test_without_credit_it_says_so(self, patient, bill):
        bill("110.00")

        with pytest.raises(NoCredit):
            payments.applied(patient)

    def test_parts_above_the_amount_are_refused(self, patient, bill):
        invoice = bill("110.00")

        with pytest.raises(SplitTooLarge):
            payments.recorded(patient, "50.00", splits={invoice.id: dollars("60.00")})
