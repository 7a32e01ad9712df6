"""Whatever happens to subscriptions, each moment is paid for once, and those that are alike are billed alike."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Interval
from subaccounts.billing_run.operations.running import run
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.rules.periods import Cadence
from tests.factories import plans, subscriptions, tenants
from wallet.ledger.checks import verify

pytestmark = pytest.mark.slow
LATER = timedelta(days=70)
# Month ends, leap days, and days on which the clocks of one of these zones change.
BEGINS = [(2027, 12, 31), (2028, 1, 31), (2028, 2, 29), (2028, 3, 10), (2028, 3, 26), (2028, 10, 28), (2028, 11, 5)]
ZONES = ["UTC", "America/New_York", "Europe/Madrid", "America/Santiago", "Australia/Lord_Howe"]
BASES = """
SELECT l.period_start, l.period_end, l.amount_micros < 0 FROM billed_lines l JOIN prices p ON p.id = l.price_id
WHERE l.subscription_id = %s AND p.component = 'base'
"""
LINES = """
SELECT period_start, period_end, price_id, quantity, share, amount_micros
FROM billed_lines WHERE subscription_id = %s ORDER BY period_start, period_end, price_id, amount_micros, quantity
"""

acts = st.sampled_from(["upgrade", "downgrade", "seats", "yearly", "pause", "resume", "cancel", "cancel later", "wait"])
begins = st.builds(lambda day, hour: datetime(*day, hour, tzinfo=UTC), st.sampled_from(BEGINS), st.integers(0, 23))
histories = st.lists(st.tuples(st.integers(0, 45), st.integers(0, 23), acts), max_size=7)


@dataclass
class World:
    """Two clients to whom the same happens, each with a subscription."""

    agency: object
    small: object
    large: object
    twins: list[object]

    def bill(self, now):
        session.expunge_all()
        with scope.of_agency(self.agency.id):
            report = run(now)
        assert report.failures == {}
        return report

    def do(self, act, now):
        """The same to both; what is refused is refused to both."""
        for row in self.twins:
            with suppress(DomainError):
                self._do(act, row, now)

    def _do(self, act, row, now):
        match act:
            case "upgrade":
                subscriptions.changed(row, now=now, product_id=self.large.id)
            case "downgrade":
                subscriptions.changed(row, now=now, product_id=self.small.id)
            case "seats":
                subscriptions.changed(row, now=now, quantity=now.day)
            case "yearly":
                subscriptions.changed(row, now=now, cadence=Cadence(interval=Interval.YEAR))
            case "pause":
                subscriptions.paused(row, now=now)
            case "resume":
                subscriptions.resumed(row, now=now)
            case "cancel":
                subscriptions.canceled(row, now=now)
            case "cancel later":
                subscriptions.canceled(row, TakesEffect.PERIOD_END, now=now)


def world(zone, began):
    agency = tenants.agency(slug=f"a{ids.new_id().hex}", now=began)
    small, large = (_plan(agency, amount, began) for amount in ("97.00", "297.00"))
    clients = [tenants.sub_account(agency, name=name, time_zone=zone, now=began) for name in ("Uno", "Dos")]
    return World(agency, small, large, [subscriptions.subscription(each, small, now=began) for each in clients])


def _plan(agency, amount, now):
    found = plans.plan(agency, name=f"Plan {amount}", monthly=amount, now=now)
    plans.price(found, plans.flat(str(Decimal(amount) * 10)), interval=Interval.YEAR, now=now)
    return found


@hypothesis_settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # A failing history is short enough to be read as it is.
    suppress_health_check=list(HealthCheck),
)
@given(zone=st.sampled_from(ZONES), began=begins, history=histories)
def test_every_moment_is_paid_for_once_by_both_of_two_that_are_alike(app, owner, zone, began, history):
    found, now = world(zone, began), began

    for days, hours, act in history:
        now += timedelta(days=days, hours=hours)
        found.bill(now)
        found.do(act, now)
    now += LATER
    found.bill(now)

    assert found.bill(now).bills == 0
    first, second = (owner.execute(LINES, (row.id,)).fetchall() for row in found.twins)
    assert first == second
    assert covered(owner, found.twins[0]) <= {0, 1}
    with scope.of_agency(found.agency.id), transaction():
        assert verify(found.agency.id) == []


def covered(owner, row):
    """How many times each moment between the first and the last line is paid for, less what was given back."""
    lines = owner.execute(BASES, (row.id,)).fetchall()
    edges = sorted({edge for line in lines for edge in line[:2]})
    return {sum((-1 if back else 1) for start, end, back in lines if start <= edge < end) for edge in edges[:-1]}
