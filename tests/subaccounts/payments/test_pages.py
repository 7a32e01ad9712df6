import pytest

from tests.browsing import hidden, submit, visit
from tests.factories import invoices, payments, staff
from tests.factories.payments import dollars


@pytest.fixture
def clerk(app, seller):
    person = staff.person(payments.agency_of(seller), at=seller)
    return staff.signed_in(app, person)


@pytest.fixture
def desk(seller):
    return f"/s/{seller.public_id}/billing/customer-payments"


class TestRecording:
    def test_the_split_is_shown_and_then_written_down(self, clerk, desk, patient, bill):
        first, second = bill("40.00"), bill("60.00")
        form = f"{desk}/new?payer={patient.public_id}"

        review = submit(clerk, form, amount="70.00", method="cash")
        done = submit(
            clerk,
            form,
            amount="70.00",
            method="cash",
            confirmed="1",
            **{f"part-{second.id}": "60", f"part-{first.id}": "10"},
        )

        assert hidden(review.text, "confirmed") == "1"
        assert 'value="30"' in review.text or 'value="30.00"' in review.text
        assert done.status_code == 302
        assert invoices.stored(second).state == "closed"
        assert invoices.stored(first).balance == dollars("30.00")

    def test_pressing_twice_records_once(self, clerk, desk, patient, bill):
        invoice = bill("100.00")
        form, sent = f"{desk}/new?payer={patient.public_id}", {"amount": "50", "method": "cash", "confirmed": "1"}
        sent |= {"request": "press-1", f"part-{invoice.id}": "50"}

        answers = [submit(clerk, form, **sent) for _press in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert invoices.stored(invoice).balance == dollars("50.00")


class TestOnePayment:
    def test_it_shows_where_the_money_stands(self, clerk, desk, patient, bill):
        invoice = bill("100.00")
        paid = payments.recorded(patient, "130.00")

        page = visit(clerk, f"{desk}/{paid.public_id}")
        row = visit(clerk, f"{desk}.csv")

        assert invoice.number_text in page.text
        assert "$30.00" in page.text
        assert "100.00" in row.text

    def test_a_refund_by_hand_reopens_the_invoice(self, clerk, desk, patient, bill):
        invoice = bill("100.00")
        paid = payments.recorded(patient, "100.00")

        submit(clerk, f"{desk}/{paid.public_id}/refund", amount="40", way="cash", reason="Too much")

        assert invoices.stored(invoice).balance == dollars("40.00")
