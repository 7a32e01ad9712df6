import pypdf
import pytest
from sqlalchemy import select

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.operations.ending import void
from subaccounts.payments import queries
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.operations.dividing import PaymentUnderWay
from subaccounts.payments.operations.receipts import pdf
from subaccounts.payments.operations.refunding import MoreThanLeft, MoreThanTheCardTakes
from tests import post
from tests.factories import invoices, payments
from tests.factories.payments import dollars
from tests.factories.tenants import NOON
from wallet.charges.models import DisputeState


class TestRefunding:
    def test_it_goes_to_the_card_and_reopens_the_invoice(self, patient, bill, stripe):
        invoice = bill("110.00")
        paid = payments.paid(patient)

        refund = payments.refunded(paid, "30.00")

        assert (refund.state, refund.method) == ("settled", "card")
        assert [each["amount"] for each in stripe.refunded()] == [3000]
        assert invoices.stored(invoice).balance == dollars("30.00")
        assert payments.verified(patient) == []

    def test_credit_goes_first(self, patient, bill):
        invoice = bill("110.00")
        paid = payments.recorded(patient, "150.00")

        payments.refunded(paid, "50.00")

        assert invoices.stored(invoice).balance == dollars("10.00")
        assert payments.stored(paid).unapplied == dollars("0.00")

    def test_more_than_is_left_is_refused(self, patient, bill):
        bill("110.00")
        paid = payments.paid(patient)
        payments.refunded(paid, "100.00")

        with pytest.raises(MoreThanLeft):
            payments.refunded(paid, "10.01")

    def test_a_card_gets_no_more_back_than_a_credit_note_left_it(self, patient, bill, owner):
        invoice = bill("110.00")
        paid = payments.paid(patient)
        payments.credited(invoice, "50.00", refund="50.00")
        post.work(owner, "send_refund")

        with pytest.raises(MoreThanTheCardTakes):
            payments.refunded(paid, "60.01")

        assert payments.refunded(paid, "60.00").state == "settled"

    def test_a_refund_the_card_refuses_pays_the_invoice_again(self, patient, bill, stripe):
        invoice = bill("110.00")
        paid = payments.paid(patient)
        stripe.give_back(payments.charge(paid).stripe_intent)

        refund = payments.refunded(paid, "30.00")

        assert refund.state == "failed"
        assert invoices.stored(invoice).state == "closed"
        assert payments.verified(patient) == []


class TestDisputing:
    def test_it_reopens_exactly_what_it_had_paid_and_closes_it_when_won(self, patient, bill):
        paid_by_transfer, paid_by_card = bill("40.00"), bill("60.00")
        payments.recorded(patient, splits={paid_by_transfer.id: dollars("40.00")})
        paid = payments.paid(patient)

        payments.disputed(paid)

        assert invoices.stored(paid_by_transfer).state == "closed"
        assert invoices.stored(paid_by_card).balance == dollars("60.00")
        payments.disputed(paid, DisputeState.WON)
        assert invoices.stored(paid_by_card).state == "closed"
        assert payments.verified(patient) == []

    def test_lost_it_stays_open(self, patient, bill):
        invoice = bill("60.00")
        paid = payments.paid(patient)

        payments.disputed(paid, DisputeState.LOST)

        assert invoices.stored(invoice).balance == dollars("60.00")
        assert payments.verified(patient) == []

    def test_won_after_somebody_paid_again_it_is_credit(self, patient, bill):
        bill("60.00")
        paid = payments.paid(patient)
        payments.disputed(paid)
        payments.recorded(patient, "60.00")

        payments.disputed(paid, DisputeState.WON)

        assert payments.stored(paid).unapplied == dollars("60.00")
        assert payments.verified(patient) == []


class TestCrediting:
    def test_a_note_of_what_was_paid_refunds_a_part_and_keeps_a_part(self, patient, bill, stripe):
        invoice = bill("100.00")
        payments.paid(patient)

        payments.credited(invoice, "50.00", refund="20.00")

        with scope.of_agency(patient.agency_id), transaction():
            kept = session.scalars(select(Payment.unapplied_micros).where(Payment.payer_id == patient.payer_id)).all()
            assert sum(kept) == dollars("30.00").micros
        assert payments.verified(patient) == []

    def test_an_invoice_being_paid_is_not_voided(self, patient, bill):
        invoice = bill("100.00")
        payments.requested(patient)

        with pytest.raises(PaymentUnderWay), scope.of_agency(patient.agency_id), transaction():
            void(invoice.id, reason="Mistake", by=OPERATOR, now=NOON)


class TestTheReceipt:
    def test_it_lists_every_invoice_it_touched(self, patient, bill, tmp_path):
        first, second = bill("40.00"), bill("60.00")
        paid = payments.paid(patient)

        with scope.of_agency(patient.agency_id), transaction():
            file = tmp_path / "receipt.pdf"
            file.write_bytes(pdf(queries.receipts(paid.id)[0]))
        text = pypdf.PdfReader(file).pages[0].extract_text()

        for words in (first.number_text, second.number_text, "$40.00", "$60.00", "$100.00"):
            assert words in text
