import re

import pytest

from agency.foundation import tiles
from agency.foundation.actor import OPERATOR
from agency.foundation.clock import wall
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.foundation.tiles import Stat, Tiles
from agency.staff.roles import Role
from agency.tenants import queries
from agency.tenants.models import SuspensionKind
from agency.tenants.operations.suspensions import suspend
from tests.browsing import visit
from tests.factories import plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency, email="hola@norte.example")


@pytest.fixture
def bea(app, agency, sub_account):
    person = staff.person(agency, email="bea@norte.example", name="Bea Soto", role=Role.VIEWER, at=sub_account)
    return staff.signed_in(app, person)


@pytest.fixture
def panel(sub_account):
    return f"/s/{sub_account.public_id}/billing/"


class TestThePanel:
    def test_says_whose_it_is_and_who_bills(self, bea, panel):
        page = visit(bea, panel).text

        assert "<h1>Dental Norte</h1>" in page
        assert "Lumen Studio" in page
        assert "hola@norte.example" in page

    def test_names_its_own_people_and_nobody_of_the_agency(self, bea, agency, panel):
        staff.person(agency, name="Ana Ruiz")

        page = visit(bea, panel).text

        assert "bea@norte.example" in page
        assert "Ana Ruiz" not in page

    @pytest.mark.parametrize(
        ("kind", "said"), [("pause", "This account is paused"), ("closure", "This account is closed")]
    )
    def test_says_that_it_is_suspended_but_not_why(self, bea, sub_account, panel, kind, said):
        with scope.of_agency(sub_account.agency_id), transaction():
            found = queries.sub_account(sub_account.id)
            suspend(found, SuspensionKind(kind), reason="Owes us since March", by=OPERATOR, now=NOON)

        page = visit(bea, panel).text

        assert said in page
        assert "Owes us" not in page

    @pytest.mark.parametrize(("permission", "shown"), [("wallets.read", True), ("wallets.manage", False)])
    def test_shows_a_features_tile_to_those_who_may_see_it(self, bea, panel, monkeypatch, permission, shown):
        tile = Tiles(permission=permission, read=lambda: [Stat(label="Balance", figure="$50.00")])
        monkeypatch.setitem(tiles.tiles, "panel", [tile])

        assert ("Balance" in visit(bea, panel).text) == shown

    def test_of_a_neighbour_is_not_there(self, bea, agency):
        neighbour = tenants.sub_account(agency, name="Café Aurora")

        assert visit(bea, f"/s/{neighbour.public_id}/billing/").status_code == 404

    def test_has_a_line_for_each_room_that_is_built_and_no_other(self, bea, panel):
        addresses = re.findall(r'class="rail-link" href="([^"]+)"', visit(bea, panel).text)

        assert panel in addresses
        assert [visit(bea, address).status_code for address in addresses] == [200] * len(addresses)


class TestTheBillingCycle:
    def test_tells_what_renews_next_and_what_is_left_to_pay(self, agency, sub_account, bea, panel):
        subscriptions.subscription(sub_account, plans.plan(agency, monthly="97.00"), now=wall())

        page = visit(bea, panel).text

        assert "Next renewal" in page
        assert "Growth" in page
        assert page.count("$97.00") == 2
