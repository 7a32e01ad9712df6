"""The marketplace's pages: the storefront and its consent, offers, resale, and a publisher's console."""

from decimal import Decimal

import pytest

from agency.foundation import clock
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from marketplace.installs.operations.charging import charge_usage
from tests.factories import marketplace, plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON
from tests.marketplace.resale.usage import used


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen")


@pytest.fixture
def clinic(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def pages(agency, clinic):
    """An app with plans and usage at work for a clinic that used it."""
    listed = marketplace.listed(
        marketplace.plan("starter", "20.00", trial_days=14),
        marketplace.plan("pro", "49.00"),
        marketplace.usage(),
        marketplace.dynamic(),
    )
    marketplace.offered(agency, listed, markup="1.25", daily_limit=marketplace.limit("5.00"))
    marketplace.funded(clinic, "50.00")
    row = marketplace.installed(clinic, listed, "starter")
    with scope.of_agency(agency.id), transaction():
        charge_usage(row.id, marketplace.wish(quantity="3"), now=NOON)
    return listed, row


def test_a_client_finds_and_keeps_apps(window, agency, clinic, pages, language):
    _listed, row = pages
    other = marketplace.listed(marketplace.once(), name="Agenda", categories=["automation"])
    marketplace.offered(agency, other)
    member = staff.person(agency, at=clinic, locale=language)
    panel = f"/s/{clinic.public_id}/billing"
    subscriptions.subscription(clinic, plans.plan(agency))
    hosting = plans.product(agency, name="Hosting")
    plans.price(hosting, plans.flat("15.00"))
    subscriptions.subscription(clinic, hosting)
    addresses = {
        "storefront": "/apps",
        "app": f"/apps/{other.public_id}",
        "consent": f"/apps/{other.public_id}/install",
        "mine": "/installed-apps",
        "install": f"/installed-apps/{row.public_id}",
        "limits": f"/installed-apps/{row.public_id}/limits",
        "plan": f"/installed-apps/{row.public_id}/plan",
        "subscriptions": "/subscriptions",
    }

    window(member).show({name: f"{panel}{page}" for name, page in addresses.items()})


def test_an_agency_offers_and_publishes_apps(window, agency, pages, language):
    listed, _row = pages
    marketplace.register(agency)
    own = marketplace.app(agency, prices=(marketplace.plan(), marketplace.usage()))
    addresses = {
        "market": "/marketplace",
        "offer": f"/marketplace/{listed.public_id}",
        "publisher": "/publisher",
        "own-app": f"/publisher/apps/{own.public_id}",
        "own-app-form": f"/publisher/apps/{own.public_id}/edit",
        "own-price": f"/publisher/apps/{own.public_id}/prices/new",
        "own-pictures": f"/publisher/apps/{own.public_id}/pictures",
        "revenue": "/publisher/revenue",
    }

    owner = staff.person(agency, locale=language)
    window(owner).show({name: f"/a/lumen{page}" for name, page in addresses.items()})


def test_an_agency_changes_markups_after_seeing_what_it_does(window, agency, clinic, pages, language):
    emails = plans.price(
        plans.product(agency, name="E-mail"),
        plans.per_unit("0.0040", markup=Decimal("1.5"), included_units=Decimal(1000), maximum=Decimal(40)),
        meter="emails",
    )
    bakery = tenants.sub_account(agency, name="Panadería Sol")
    plans.version(emails, plans.per_unit("0.0050"), sub_account=bakery)
    for client, quantity in ((clinic, "3000"), (bakery, "2000")):
        used(agency, client, emails, quantity, now=clock.wall())
    calls = plans.product(agency, name="Calls")
    plans.price(calls, plans.per_unit("0.03"), meter="calls", wholesale_cost=Decimal("0.02"))
    seen = window(staff.person(agency, locale=language))

    page = seen.open("/a/lumen/resale/markups")
    page.fill("[name=percent]", "20")
    page.locator("main form .button-primary").click()
    page.locator("[name=confirmed]").wait_for()
    seen.check("markups")
    page.fill("[name=percent]", "30")
    page.locator("[name=confirmed]").click()
    page.get_by_text("1.95" if language == "en" else "1,95").wait_for()
    page.locator("[name=confirmed]").click()
    page.wait_for_url("**/resale")

    seen.check("resale")
    page.locator("main form button", has_text={"en": "Undo", "es": "Deshacer"}[language]).click()
    page.locator("main .badge", has_text={"en": "Undone", "es": "Deshecho"}[language]).wait_for()
