import pytest

from tests.browsing import submit, visit
from tests.factories import payments, staff


@pytest.fixture
def clerk(app, seller):
    return staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))


@pytest.fixture
def place(seller):
    return f"/s/{seller.public_id}/billing"


class TestThePages:
    def test_a_statement_is_made_shown_and_downloaded(self, clerk, place, patient):
        days = {"first_day": "2026-03-01", "last_day": "2026-03-02"}

        made = submit(clerk, f"{place}/statements/new", payer=patient.public_id, kind="account", **days)
        page = visit(clerk, made.headers["Location"])
        file = visit(clerk, f"{made.headers['Location']}/file.pdf")

        assert "ST-00001" in page.text
        assert file.data.startswith(b"%PDF")
        assert "ST-00001" in visit(clerk, f"{place}/statements").text

    def test_aging_shows_who_owes(self, clerk, place, patient, bill):
        bill("100.00")

        page = visit(clerk, f"{place}/reports/aging?as_of=2026-03-02")

        assert patient.name in page.text
        assert patient.name in visit(clerk, f"{place}/reports/aging.csv?as_of=2026-03-02").text


class TestForPrograms:
    def test_statements_and_aging_are_served(self, app, seller, patient, bill):
        bill("100.00")
        key = staff.bearer(staff.api_key(payments.agency_of(seller), at=seller))
        body = {"customer_id": patient.public_id, "first_day": "2026-03-01", "last_day": "2026-03-02"}

        made = app.test_client().post("/api/v1/statements", json=body, headers=key)
        owed = app.test_client().get("/api/v1/reports/aging?as_of=2026-03-02", headers=key)

        assert (made.status_code, made.json["closing"]["amount"]) == (201, "100.00")
        assert owed.json["totals"][0]["total"] == {"amount": "100.00", "currency": "USD"}
