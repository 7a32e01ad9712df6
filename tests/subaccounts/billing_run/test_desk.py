"""The agency's page of its billing run."""

import pytest

from agency.foundation import clock, ids
from agency.foundation.database.session import session
from agency.foundation.due.advance import finish_work
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from subaccounts.billing_run.operations import running
from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def due(agency):
    """A renewal that fell due weeks ago."""
    return subscriptions.subscription(tenants.sub_account(agency, name="Clínica Sol"), plans.plan(agency))


@pytest.fixture
def parked(agency, due, owner):
    owner.execute("UPDATE subscriptions SET time_zone = 'Nowhere/Land'")
    session.expunge_all()
    with scope.of_agency(agency.id):
        running.run(clock.wall())
    owner.execute("UPDATE subscriptions SET time_zone = 'America/Chicago'")
    return due


@pytest.fixture
def clerk(app, agency):
    return staff.signed_in(app, staff.person(agency, role=Role.BILLING))


class TestTheDesk:
    def test_lists_what_renews_with_its_amount(self, clerk, agency, due):
        page = browsing.visit(clerk, f"/a/{agency.slug}/billing-run").text

        assert "Clínica Sol" in page
        assert "$97.00" in page

    def test_shows_whose_billing_failed_and_why(self, clerk, agency, parked):
        page = browsing.visit(clerk, f"/a/{agency.slug}/billing-run").text

        assert "ZoneInfoNotFoundError" in page
        assert "Clients whose billing failed" in browsing.visit(clerk, f"/a/{agency.slug}/").text

    def test_bills_a_mended_client_at_once_when_asked(self, clerk, agency, parked):
        desk = f"/a/{agency.slug}/billing-run"

        browsing.submit(clerk, f"{desk}/parked/{ids.encode('sac', parked.sub_account_id)}/retry", page=desk)
        with scope.of_agency(agency.id):
            finish_work()

        assert "ZoneInfoNotFoundError" not in browsing.visit(clerk, desk).text
        assert len(subscriptions.lines(parked)) > 1
