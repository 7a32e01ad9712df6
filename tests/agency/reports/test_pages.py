import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, plans, staff, subscriptions, tenants, wallet

REPORTS = ["revenue", "margin", "wallets"]


@pytest.fixture
def lumen(app):
    lumen = tenants.agency()
    client = tenants.sub_account(lumen)
    subscriptions.subscription(client, plans.plan(lumen, monthly="99.00"))
    with scope.of_agency(lumen.id), transaction():
        wallet.topped_up(client, "99.00")
    return lumen


@pytest.mark.parametrize("report", REPORTS)
class TestAReport:
    def test_shows_its_figures(self, app, lumen, report):
        page = staff.signed_in(app, staff.person(lumen)).get(f"/a/{lumen.slug}/reports/{report}")

        assert page.status_code == 200
        assert "$99.00" in page.text

    def test_says_that_there_is_nothing_yet(self, app, lumen, report):
        norte = tenants.agency(name="Norte Digital")

        page = staff.signed_in(app, staff.person(norte)).get(f"/a/{norte.slug}/reports/{report}")

        assert "99.00" not in page.text
        assert "empty" in page.text

    def test_comes_as_a_file(self, app, lumen, report):
        file = staff.signed_in(app, staff.person(lumen)).get(f"/a/{lumen.slug}/reports/{report}.csv")

        assert file.mimetype == "text/csv"
        assert "99.00" in file.text

    def test_is_read_by_a_program(self, client, lumen, report):
        answer = client.get(f"/api/v1/reports/{report}", headers=staff.bearer(staff.api_key(lumen)))

        assert "99.00" in answer.text
        assert answer.json["data"]


class TestRevenue:
    def test_refuses_months_beyond_reason(self, client, lumen):
        answer = client.get("/api/v1/reports/revenue?months=900", headers=staff.bearer(staff.api_key(lumen)))

        assert answer.status_code == 422
        assert list(answer.json["errors"]) == ["months"]


class TestFailedCharges:
    def test_says_whose_card_was_refused_and_why(self, app, lumen, stripe):
        card = cards.card(tenants.sub_account(lumen, name="Café Jacaranda"))
        cards.past_tries(card, 1)

        page = staff.signed_in(app, staff.person(lumen)).get(f"/a/{lumen.slug}/reports/failed-charges")

        assert "Café Jacaranda" in page.text
        assert "The bank refused the card." in page.text
        assert "Tried again" not in page.text
        assert "In the last 30 days: " in page.text
