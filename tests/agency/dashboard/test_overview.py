import pytest

from agency.foundation import tiles
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.foundation.tiles import Stat, Tiles
from agency.staff.roles import Role
from tests.browsing import visit
from tests.factories import plans, staff, subscriptions, tenants, wallet


@pytest.fixture
def agency(app):
    return tenants.agency()


def overview(app, agency, role=Role.OWNER):
    person = staff.person(agency, role=role, email=f"{role}@lumen.example")
    return visit(staff.signed_in(app, person), f"/a/{agency.slug}/").text


class TestTheOverview:
    def test_counts_its_own_sub_accounts(self, app, agency):
        for name in ("Dental Norte", "Café Aurora"):
            tenants.sub_account(agency, name=name)
        tenants.sub_account(tenants.agency(name="Olive"), name="Panadería Sol")

        page = overview(app, agency)

        assert '<dd class="stat-figure figure">2</dd>' in page
        assert "Café Aurora" in page
        assert "Panadería Sol" not in page

    def test_says_where_to_begin(self, app, agency):
        assert "No sub-accounts yet" in overview(app, agency)

    def test_lists_first_steps_until_all_are_done(self, app, agency):
        plans.product(agency, name="SMS")
        assert overview(app, agency).count("Begin") == 2

        client = tenants.sub_account(agency)
        plan = plans.plan(agency)

        assert overview(app, agency, Role.ADMIN).count("Begin") == 3
        subscriptions.subscription(client, plan)
        with scope.of_agency(agency.id), transaction():
            wallet.topped_up(client, "25.00")
        assert overview(app, agency, Role.BILLING).count("Begin") == 0

    def test_leads_to_where_a_client_is_asked_for_a_card(self, app, agency):
        client = tenants.sub_account(agency)

        page = overview(app, agency)

        assert f'href="/a/{agency.slug}/sub-accounts/{client.public_id}/team"' in page
        assert "they add the card themselves" in page

    @pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, True), (Role.SUPPORT, False)])
    def test_shows_the_log_to_those_who_may_read_it(self, app, agency, role, shown):
        assert ("Recent activity" in overview(app, agency, role)) == shown

    @pytest.mark.parametrize(("permission", "shown"), [("reports.read", True), ("nobody.has_this", False)])
    def test_shows_a_features_tile_to_those_who_may_see_it(self, app, agency, monkeypatch, permission, shown):
        tile = Tiles(permission=permission, read=lambda: [Stat(label="Due today", figure="$7.00")])
        monkeypatch.setitem(tiles.tiles, "console", [tile])

        assert ("Due today" in overview(app, agency)) == shown

    def test_lights_its_own_line_of_the_rail_alone(self, app, agency):
        page = overview(app, agency)

        assert page.count('class="rail-link"') > 1
        assert page.count('aria-current="page"') == 1
