"""Markups of resold services are changed in bulk: rehearsed first, own prices kept, and undone."""

from decimal import Decimal

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans import queries as catalogue
from tests.browsing import submit
from tests.factories import plans, staff, tenants
from tests.factories.tenants import NOON
from tests.marketplace.resale.usage import used

PATH = "/api/v1/resale-offers"


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def marked_up(agency):
    """E-mails that cost 0.0040 and sell at 1.5 times that, 1,000 of them included."""
    service = plans.product(agency)
    return plans.price(
        service, plans.per_unit("0.0040", markup=Decimal("1.5"), included_units=Decimal(1000)), meter="emails"
    )


@pytest.fixture
def desk(app, agency):
    return Desk(app.test_client(), agency)


class Desk:
    def __init__(self, client, agency):
        self.client, self.agency = client, agency
        self.headers = staff.bearer(staff.api_key(agency))

    def change(self, *, expect=200, **said):
        answer = self.client.post(f"{PATH}/changes", json=said, headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json

    def undo(self, change, *, expect=200):
        answer = self.client.post(f"{PATH}/changes/{change['id']}/undo", headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json

    def sold(self, line, at=None):
        with scope.of_agency(self.agency.id), transaction():
            session.expire_all()
            found = catalogue.price_in_force(line.line_id, at=NOON, sub_account_id=at.id if at else None)
            return found.terms.unit_price.normalize()


def test_a_dry_run_shows_each_clients_difference_and_stores_nothing(desk, agency, marked_up):
    clinic, bakery = (tenants.sub_account(agency, name=name) for name in ("Clinic", "Bakery"))
    plans.version(marked_up, plans.per_unit("0.0050"), sub_account=bakery)
    used(agency, clinic, marked_up, "3000")
    used(agency, bakery, marked_up, "2000")

    [line] = desk.change(percent="20")["lines"]

    assert (line["markup_before"], line["markup_after"], line["unit_price_after"]) == ("1.5", "1.8", "0.0072")
    shown = [(row["name"], row["change"]["amount"], row["keeps_own"]) for row in line["clients"]]
    assert shown == [("Bakery", "0.00", True), ("Clinic", "2.40", False)]
    assert desk.sold(marked_up) == Decimal("0.006")


def test_many_lines_and_clients_are_planned_by_as_many_queries_as_one(desk, agency, marked_up, statements):
    def planned():
        with statements() as asked:
            shown = desk.change(percent="20")["lines"]
        return len(asked), [len(line["clients"]) for line in shown]

    used_at_own_price(agency, marked_up, "Bakery")
    one, _shown = planned()
    second = plans.price(plans.product(agency, name="More"), plans.per_unit("0.01", markup=Decimal(2)), meter="emails")
    for name in ("Cafe", "Dairy"):
        used_at_own_price(agency, second, name)

    assert planned() == (one, [1, 2])


def used_at_own_price(agency, line, name):
    client = tenants.sub_account(agency, name=name)
    plans.version(line, plans.per_unit("0.0050"), sub_account=client)
    used(agency, client, line, "2000")


def test_own_prices_stay_as_they_are(desk, agency, marked_up):
    own = plans.price(
        plans.product(agency, name="Calls"), plans.per_unit("0.03"), meter="calls", wholesale_cost=Decimal("0.02")
    )
    client = tenants.sub_account(agency)
    plans.version(marked_up, plans.per_unit("0.0050"), sub_account=client)

    desk.change(markup="2", dry_run=False)

    assert [desk.sold(marked_up), desk.sold(marked_up, client), desk.sold(own)] == [
        Decimal("0.008"),
        Decimal("0.005"),
        Decimal("0.03"),
    ]


def test_it_is_undone_once(desk, marked_up):
    change = desk.change(markup="2", dry_run=False)

    desk.undo(change)

    assert desk.sold(marked_up) == Decimal("0.006")
    assert desk.undo(change, expect=409)["code"] == "already-undone"


def test_it_is_not_undone_over_a_newer_price(desk, marked_up):
    change = desk.change(markup="2", dry_run=False)
    plans.version(marked_up, plans.per_unit("0.0100"))

    assert desk.undo(change, expect=409)["code"] == "changed-since"


@pytest.mark.parametrize("said", [{}, {"markup": "2", "percent": "10"}, {"percent": "-100"}, {"markup": "0"}])
def test_what_says_nothing_or_too_much_is_refused(desk, marked_up, said):
    desk.change(**said, expect=422)

    assert desk.sold(marked_up) == Decimal("0.006")


def test_the_list_shows_cost_markup_and_what_is_included(desk, marked_up):
    [offer] = desk.client.get(PATH, headers=desk.headers).json["data"]

    assert (offer["wholesale_cost"], offer["markup"], offer["unit_price"]) == ("0.004", "1.5", "0.006")
    assert (offer["meter"], offer["included_units"]) == ("emails", "1000")


@pytest.mark.parametrize(("locale", "is_understood"), [("es", True), ("en", False)])
def test_a_person_types_a_comma_where_their_language_does(app, agency, marked_up, locale, is_understood):
    browser = staff.signed_in(app, staff.person(agency, locale=locale))

    page = submit(browser, f"/a/{agency.slug}/resale/markups", markup="1,6")

    assert page.status_code == (200 if is_understood else 422)
    assert ("0,0064" in page.text) == is_understood


def test_a_new_version_begins_with_the_markup_as_it_was_typed(app, agency, marked_up):
    browser = staff.signed_in(app, staff.person(agency, locale="es"))
    form = f"/a/{agency.slug}/catalogue/prices/{marked_up.public_id}/versions/new"

    typed = submit(browser, form, model="per_unit", unit_price="0,0040", markup="1,7", act="rehearse")

    assert 'name="markup" type="text" value="1.5"' in browser.get(form).text
    assert "error-summary" not in typed.text
