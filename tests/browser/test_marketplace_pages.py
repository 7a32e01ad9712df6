"""The marketplace's pages: the storefront and its consent, an agency's offer, a publisher's console."""

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from marketplace.installs.operations.charging import charge_usage
from tests.factories import marketplace, staff, tenants
from tests.factories.tenants import NOON


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
    addresses = {
        "storefront": "/apps",
        "app": f"/apps/{other.public_id}",
        "consent": f"/apps/{other.public_id}/install",
        "mine": "/installed-apps",
        "install": f"/installed-apps/{row.public_id}",
        "limits": f"/installed-apps/{row.public_id}/limits",
        "plan": f"/installed-apps/{row.public_id}/plan",
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
