"""What was planned for a time in which a subscription rested, or after its end."""

from datetime import timedelta

import pytest

from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations.running import run
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories import plans, subscriptions, tenants
from tests.factories.tenants import NOON

TEN_DAYS = timedelta(days=10)


@pytest.fixture
def row(app):
    """$310.00 a month since March 2, and $620.00 from April 2."""
    agency = tenants.agency()
    dearer = plans.price(plans.plan(agency, name="Scale", monthly=None), plans.flat("620.00"))
    found = subscriptions.subscription(tenants.sub_account(agency), plans.plan(agency, monthly="310.00"))
    subscriptions.changed(found, price_id=dearer.id, when=TakesEffect.PERIOD_END)
    return found


def planned(owner):
    return owner.execute("SELECT state, at FROM subscription_changes").fetchall()


def test_a_change_counts_from_where_the_subscription_goes_on(row):
    subscriptions.paused(row, now=NOON + TEN_DAYS)

    subscriptions.resumed(row, now=NOON + 7 * TEN_DAYS)

    assert subscriptions.lines(row) == ["310.00", "-200.00", "440.00"]


def test_a_change_ends_with_its_subscription(row, owner):
    subscriptions.canceled(row, TakesEffect.PERIOD_END)

    with scope.of_agency(row.agency_id):
        run(NOON + 7 * TEN_DAYS)

    assert [state for state, _at in planned(owner)] == ["withdrawn"]
