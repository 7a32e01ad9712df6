"""Customers, invoices, credit notes, payments and statements through the API, as a program of the seller lives them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from agency.foundation import clock
from agency.foundation.local_days import local_day
from tests.factories import payments, staff, tenants

LINE = {"description": "Cleaning", "unit_price": "100.00", "taxes": [{"name": "VAT", "percent": "10"}]}


def dollars(amount):
    return {"amount": amount, "currency": "USD"}


@pytest.fixture
def clinic(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def call(client, clinic):
    """Calls with the clinic's own key; ``as_key`` with another."""
    own = staff.bearer(staff.api_key(payments.agency_of(clinic), at=clinic))

    def send(method, path, said=None, *, once=None, as_key=None):
        headers = (as_key or own) | ({"Idempotency-Key": once} if once else {})
        return client.open(f"/api/v1/{path}", method=method, json=said, headers=headers)

    return send


@pytest.fixture
def patient(call):
    return call("POST", "customers", {"name": "Lucia Herrera", "email": "lucia@example.com"}).json["id"]


@pytest.fixture
def draft(call, patient):
    """Drafts an invoice, of one line where none are said; answers its path."""

    def made(lines=None, **said):
        wish = {"customer_id": patient, "lines": [LINE] if lines is None else lines} | said
        return f"invoices/{call('POST', 'invoices', wish).json['id']}"

    return made


@pytest.fixture
def invoice(call, draft):
    def made(lines=None, **said):
        path = draft(lines, **said)
        call("PUT", f"{path}/status", {"status": "open"})
        return path

    return made


class TestAnInvoice:
    def test_is_drafted_once_edited_and_opened_with_a_number(self, call, patient):
        wish = {"customer_id": patient, "lines": [LINE]}
        first, again = (call("POST", "invoices", wish, once="a") for _twice in range(2))
        path = f"invoices/{first.json['id']}"

        call("PATCH", path, {"purchase_order": "PO-7"})
        added = call("POST", f"{path}/lines", LINE | {"description": "X-ray", "quantity": "2"}).json["lines"][1]
        call("PATCH", f"{path}/lines/{added['id']}", {"unit_price": "5.00"})
        call("DELETE", f"{path}/lines/{call('GET', path).json['lines'][0]['id']}")
        opened = call("PUT", f"{path}/status", {"status": "open"}).json

        assert (first.status_code, again.json["id"]) == (201, first.json["id"])
        assert (opened["status"], opened["number"], opened["purchase_order"]) == ("open", "INV-00001", "PO-7")
        assert (opened["total"], opened["balance"]) == (dollars("11.00"), dollars("11.00"))
        assert call("GET", "invoices?status=open&search=lucia").json["data"][0]["id"] == first.json["id"]

    def test_is_read_as_pdf_csv_and_explanation(self, call, invoice):
        path = invoice()

        assert call("GET", f"{path}/pdf").data.startswith(b"%PDF")
        assert "110.00" in call("GET", f"{path}/csv?detail=lines").get_data(as_text=True)
        assert call("GET", f"{path}/explanation").json["balance"] == dollars("110.00")

    def test_is_paid_credited_and_written_off_to_zero(self, call, invoice, patient):
        path = invoice()
        transfer = {"customer_id": patient, "method": "transfer", "amount": dollars("50.00")}

        first, again = (call("POST", "payments", transfer, once="b") for _twice in range(2))
        line = call("GET", path).json["lines"][0]["id"]
        part = {"reason": "Too long", "lines": [{"line_id": line, "amount": dollars("20.00")}]}
        note = call("POST", f"{path}/credit-notes", part)
        call("POST", f"{path}/write-off", {"reason": "A gift"})

        ended = call("GET", path).json
        assert first.json["id"] == again.json["id"]
        assert (note.status_code, note.json["number"], note.json["applied"]) == (201, "CN-00001", dollars("20.00"))
        assert (ended["status"], ended["paid"]["amount"], ended["written_off"]["amount"]) == (
            "closed",
            "50.00",
            "40.00",
        )
        assert call("GET", f"credit-notes/{note.json['id']}/pdf").data.startswith(b"%PDF")
        assert [row["id"] for row in call("GET", f"{path}/credit-notes").json["data"]] == [note.json["id"]]
        assert call("GET", f"payments/{first.json['id']}/receipt").data.startswith(b"%PDF")

    def test_is_discarded_while_a_draft_and_void_after(self, call, draft, invoice):
        drafted, opened = draft(), invoice()

        discarded = call("POST", f"{drafted}/discard", {})
        voided = call("PUT", f"{opened}/status", {"status": "void", "reason": "Twice"})

        assert (discarded.status_code, call("GET", drafted).status_code) == (204, 404)
        assert (voided.json["status"], voided.json["number"]) == ("void", "INV-00001")


class TestWhatIsRefused:
    def test_of_a_draft(self, call, draft):
        past = (clock.now() - timedelta(days=3)).date().isoformat()
        for path, said in (
            (draft([]), "Add one"),
            (draft([LINE | {"unit_price": "-1"}]), "issue a credit note"),
            (draft(due_on=past), "Choose today or a later day"),
        ):
            answer = call("PUT", f"{path}/status", {"status": "open"})

            assert (answer.status_code, said in str(answer.json)) == (422, True)

    def test_of_an_open_one(self, call, invoice, patient):
        path = invoice()
        call("POST", "payments", {"customer_id": patient, "method": "cash", "amount": dollars("50.00")})

        for method, of, said, status in (
            ("PATCH", path, {"notes": "Later"}, 409),
            ("POST", f"{path}/lines", LINE, 409),
            ("POST", f"{path}/discard", {}, 409),
            ("PUT", f"{path}/status", {"status": "void", "reason": "Mistake"}, 409),
            ("PUT", f"{path}/status", {"status": "draft"}, 409),
            ("POST", f"{path}/credit-notes", {"reason": "All", "refund": dollars("50.01")}, 422),
        ):
            answer = call(method, of, said)

            assert (of, answer.status_code) == (of, status)
        assert call("GET", path).json["balance"] == dollars("60.00")

    def test_a_refund_of_more_than_came(self, call, patient):
        paid = call("POST", "payments", {"customer_id": patient, "method": "cash", "amount": dollars("50.00")})

        answer = call("POST", f"payments/{paid.json['id']}/refunds", {"amount": dollars("50.01"), "reason": "Much"})

        assert (answer.status_code, "Give back that or less" in str(answer.json)) == (422, True)

    def test_a_currency_without_a_rate(self, call, clinic, invoice):
        path = invoice()
        day = call("GET", path).json["issued_on"]

        refused = call("GET", f"{path}/amounts?currency=MXN")
        program = staff.bearer(staff.api_key(payments.agency_of(clinic)))
        rate = {"base": "USD", "quote": "MXN", "rate": "17.25", "day": day, "source": "Bank"}
        entered = call("POST", "exchange-rates", rate, as_key=program)

        assert (refused.status_code, "Enter one with the exchange rates" in str(refused.json)) == (422, True)
        assert (entered.status_code, call("GET", "exchange-rates", as_key=program).json["data"]) == (201, [rate])
        [other] = call("GET", f"{path}/amounts?currency=MXN").json["data"]
        assert (other["amount"]["amount"], other["rate"], other["source"]) == ("1897.50", "17.25", "Bank")

    def test_unknown_fields_and_another_sellers_provider(self, call, client, clinic, draft):
        program = staff.bearer(staff.api_key(payments.agency_of(clinic)))
        other = call("POST", "service-providers", {"name": "Agency"}, as_key=program).json["id"]
        path = draft()
        line = call("GET", path).json["lines"][0]["id"]

        assert call("PATCH", path, {"total": "1"}).status_code == 422
        assert call("PATCH", f"{path}/lines/{line}", {"provider_id": other}).status_code == 422

    def test_everything_of_another_agency_is_not_there(self, call, invoice, patient):
        path = invoice()
        stranger = staff.bearer(staff.api_key(tenants.agency(slug="other")))

        for method, of, said in (
            ("GET", path, None),
            ("PUT", f"{path}/status", {"status": "void", "reason": "Mine"}),
            ("POST", f"{path}/credit-notes", {"reason": "Mine"}),
            ("POST", "invoices", {"customer_id": patient}),
            ("POST", "payments", {"customer_id": patient, "method": "cash", "amount": dollars("1.00")}),
            ("POST", "statements", {"customer_id": patient, "first_day": "2026-03-01", "last_day": "2026-03-02"}),
            ("PATCH", f"customers/{patient}", {"name": "Mine"}),
        ):
            assert (of, call(method, of, said, as_key=stranger).status_code) == (of, 404)


class TestAStatement:
    def test_is_made_numbered_and_read_and_aging_says_the_same(self, call, clinic, invoice, patient):
        invoice()
        today = local_day(clock.now(), ZoneInfo(clinic.time_zone)).isoformat()
        said = {"customer_id": patient, "first_day": today, "last_day": today}

        first, again = (call("POST", "statements", said, once="s") for _twice in range(2))

        assert (first.json["id"], first.json["closing"]) == (again.json["id"], dollars("110.00"))
        assert call("GET", f"statements/{first.json['id']}/pdf").data.startswith(b"%PDF")
        told = call("GET", f"statements/{first.json['id']}/csv").get_data(as_text=True).splitlines()
        assert (told[2].split(",", 1)[1], told[-1]) == (
            "Invoice INV-00001,110.00,,110.00,USD",
            ",Closing balance,,,110.00,USD",
        )
        assert call("GET", "reports/aging").json["totals"][0]["total"] == dollars("110.00")

    def test_that_ends_before_it_begins_is_refused(self, call, patient):
        said = {"customer_id": patient, "first_day": "2026-03-02", "last_day": "2026-03-01"}

        assert call("POST", "statements", said).status_code == 422


class TestACustomer:
    def test_is_found_changed_and_has_no_second_of_its_reference(self, call, patient):
        call("PATCH", f"customers/{patient}", {"reference": "P-1", "legal_name": "Lucia Herrera Campos"})

        twin = call("POST", "customers", {"name": "Another", "reference": "P-1"})

        found = call("GET", "customers?search=herrera").json["data"]
        changed = call("GET", f"customers/{patient}").json
        assert [row["reference"] for row in found] == ["P-1"]
        assert (changed["legal_name"], twin.status_code) == ("Lucia Herrera Campos", 422)
