import pytest

from tests.factories import cards, invoices, payments, staff
from tests.factories.payments import dollars


@pytest.fixture
def key(seller):
    return staff.bearer(staff.api_key(payments.agency_of(seller), at=seller))


@pytest.fixture
def api(app, key):
    client = app.test_client()
    return lambda path, **body: client.post(f"/api/v1/{path}", json=body, headers=key)


class TestPaying:
    def test_a_card_settles_while_the_program_waits(self, api, patient, bill):
        invoice = bill("110.00")

        answer = api("payments", customer_id=patient.public_id)

        assert (answer.status_code, answer.json["state"]) == (201, "settled")
        assert answer.json["allocations"][0]["number"] == invoice.number_text

    def test_a_decline_is_a_402_with_its_class(self, api, seller, bill):
        other = invoices.customer(seller, name="Hugo Paz")
        payments.card(other, cards.DECLINING)
        invoices.invoice(other, [invoices.line(taxes=[])])

        answer = api("payments", customer_id=other.public_id)

        assert (answer.status_code, answer.json["decline_class"]) == (402, "soft")

    def test_a_changed_balance_says_what_is_owed_now(self, api, patient, bill):
        invoice = bill("110.00")
        payments.recorded(patient, "30.00")

        answer = api(f"invoices/{invoice.public_id}/payments", amount={"amount": "110.00", "currency": "USD"})

        assert (answer.status_code, answer.json["amount_owed"]) == (409, "80.00")

    def test_a_transfer_is_written_down_with_its_parts(self, api, patient, bill):
        invoice, part = bill("110.00"), {"amount": "20.00", "currency": "USD"}

        answer = api(
            "payments",
            customer_id=patient.public_id,
            method="transfer",
            reference="SPEI 1",
            amount={"amount": "50.00", "currency": "USD"},
            allocations=[{"invoice_id": invoice.public_id, "amount": part}],
        )

        assert answer.status_code == 201
        assert answer.json["unapplied"] == {"amount": "30.00", "currency": "USD"}

    def test_a_sub_account_does_not_say_that_it_paid_its_agency(self, api, seller):
        invoices.invoice(seller, [invoices.line(taxes=[])])

        answer = api("payments", sub_account_id=seller.public_id, method="cash")

        assert answer.status_code == 403


class TestReturning:
    def test_a_refund_reaches_the_card(self, api, patient, bill, stripe):
        bill("110.00")
        paid = payments.paid(patient)

        answer = api(f"payments/{paid.public_id}/refunds", reason="Twice")

        assert (answer.status_code, answer.json["state"]) == (201, "settled")
        assert [each["amount"] for each in stripe.refunded()] == [11000]

    def test_credit_is_put_to_invoices(self, api, patient, bill):
        credit = payments.recorded(patient, "40.00")
        invoice = bill("110.00")

        answer = api(f"payments/{credit.public_id}/allocations")

        assert answer.status_code == 201
        assert invoices.stored(invoice).balance == dollars("70.00")
