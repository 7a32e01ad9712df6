from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Interval
from agency.reports.queries.revenue import revenue
from subaccounts.billing_run.operations.running import run
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.rules.periods import Cadence
from tests.factories import plans, subscriptions, tenants

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def lumen(app):
    return tenants.agency(time_zone=ZONE.key)


@pytest.fixture
def client(lumen):
    return tenants.sub_account(lumen)


def months(lumen, *, now=NOW):
    """What moved in each month: its amounts by their names, those that are zero left out."""
    with scope.of_agency(lumen.id), transaction():
        found = revenue(months=4, now=now, zone=ZONE)
    names = ("new", "expansion", "contraction", "churn")
    return [
        {name: getattr(month, name).plain() for name in names if getattr(month, name)}
        | {"closing": month.closing.plain()}
        for each in found
        for month in each.months
    ]


class TestRevenue:
    def test_is_empty_where_nothing_was_sold(self, lumen):
        assert months(lumen) == []

    def test_counts_a_subscription_from_its_first_bill(self, lumen, client):
        subscriptions.subscription(client, plans.plan(lumen, monthly="99.00"), now=NOW - timedelta(days=20))

        assert months(lumen)[2:] == [{"new": "99.00", "closing": "99.00"}, {"closing": "99.00"}]

    def test_spreads_a_year_over_its_months(self, lumen, client):
        plan = plans.plan(lumen, monthly=None)
        plans.price(plan, plans.flat("1200.00"), interval=Interval.YEAR)
        subscriptions.subscription(client, plan, cadence=Cadence(interval=Interval.YEAR), now=NOW)

        assert months(lumen)[-1] == {"new": "100.00", "closing": "100.00"}

    def test_tells_a_pause_from_an_end_and_a_return_from_something_new(self, lumen, client):
        row = subscriptions.subscription(client, plans.plan(lumen, monthly="99.00"), now=NOW - timedelta(days=70))
        with scope.of_agency(lumen.id):
            run(NOW - timedelta(days=31))
        subscriptions.paused(row, now=NOW - timedelta(days=30))
        subscriptions.resumed(row, now=NOW - timedelta(days=20))
        subscriptions.canceled(row, TakesEffect.NOW, now=NOW)

        assert months(lumen)[1:] == [
            {"new": "99.00", "closing": "99.00"},
            {"expansion": "99.00", "contraction": "-99.00", "closing": "99.00"},
            {"churn": "-99.00", "closing": "0.00"},
        ]

    def test_begins_a_month_where_the_agency_s_calendar_does(self, lumen, client):
        late_evening = datetime(2026, 6, 1, 3, 30, tzinfo=UTC)
        subscriptions.subscription(client, plans.plan(lumen, monthly="99.00"), now=late_evening)

        with scope.of_agency(lumen.id), transaction():
            found = revenue(months=2, now=NOW, zone=ZONE)[0]

        assert [(month.first_day, month.new.plain()) for month in found.months] == [
            (date(2026, 5, 1), "99.00"),
            (date(2026, 6, 1), "0.00"),
        ]
