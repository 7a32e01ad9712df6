from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from agency.foundation.money import Money
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.rules.conventions import CancelDay, Conventions, Granularity
from subaccounts.subscriptions.rules.endings import (
    credit_unused,
    unused,
    used_until,
)
from subaccounts.subscriptions.rules.periods import Cadence, Period, Segment, anniversary
from subaccounts.subscriptions.rules.proration import Component
from tests.subaccounts.subscriptions.rules.schedules import moments, schedules

ZONE = ZoneInfo("America/Bogota")
START = datetime(2025, 6, 1, 5, tzinfo=UTC)
SCHEDULE = anniversary(start=START, cadence=Cadence(interval=Interval.MONTH), zone=ZONE)
JUNE = Segment(part=SCHEDULE.period_at(START), whole=SCHEDULE.period_at(START))
PLAN = Component(code="plan", price=Decimal(30))
LATE_ON_THE_10TH = datetime(2025, 6, 11, 3, tzinfo=UTC)


def usd(amount):
    return Money.of(amount, "USD")


class TestUsedUntil:
    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({}, datetime(2025, 6, 11, 5, tzinfo=UTC)),
            ({"cancel_day": CancelDay.UNUSED}, datetime(2025, 6, 10, 5, tzinfo=UTC)),
            ({"granularity": Granularity.SECOND}, LATE_ON_THE_10TH),
        ],
    )
    def test_it_counts_the_day_of_cancellation_as_agreed(self, settings, expected):
        assert used_until(LATE_ON_THE_10TH, Conventions(**settings), ZONE) == expected


class TestCreditUnused:
    def test_it_gives_back_the_days_after_the_last(self):
        (line,) = credit_unused([PLAN], JUNE, at=LATE_ON_THE_10TH, conventions=Conventions(), zone=ZONE, currency="USD")

        assert line.amount == usd("-20")

    def test_it_gives_back_nothing_on_the_last_day(self):
        at = JUNE.whole.end - timedelta(minutes=1)

        assert not credit_unused([PLAN], JUNE, at=at, conventions=Conventions(), zone=ZONE, currency="USD")

    def test_it_gives_back_all_to_who_stops_on_the_last_day_of_the_trial(self):
        at = LATE_ON_THE_10TH
        billed = Segment(part=JUNE.part.overlap(Period(start=at, end=JUNE.part.end)), whole=JUNE.whole)

        rest = unused(billed, at=at, conventions=Conventions(), zone=ZONE, trial_ended=at - timedelta(hours=2))

        assert rest == billed

    @given(schedules(), moments)
    def test_used_and_unused_tile_the_period(self, schedule, at):
        whole = schedule.period_at(at)

        rest = unused(Segment(part=whole, whole=whole), at=at, conventions=Conventions(), zone=schedule.zone).part

        assert whole.start <= rest.start <= rest.end == whole.end
