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
    planned_end,
    split_unused,
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


class TestPlannedEnd:
    def test_it_does_not_begin_a_period_on_its_last_day(self):
        end = planned_end(
            JUNE.whole.end + timedelta(hours=9), start=START, schedule=SCHEDULE, conventions=Conventions()
        )

        assert end == JUNE.whole.end

    def test_it_pays_for_the_last_day_within_a_period(self):
        end = planned_end(LATE_ON_THE_10TH, start=START, schedule=SCHEDULE, conventions=Conventions())

        assert end == datetime(2025, 6, 11, 5, tzinfo=UTC)

    def test_it_pays_to_the_second_where_seconds_count(self):
        ends_at = JUNE.whole.end + timedelta(hours=9)
        conventions = Conventions(granularity=Granularity.SECOND)

        assert planned_end(ends_at, start=START, schedule=SCHEDULE, conventions=conventions) == ends_at

    def test_it_pays_for_a_life_of_one_day(self):
        end = planned_end(START + timedelta(hours=3), start=START, schedule=SCHEDULE, conventions=Conventions())

        assert end == START + timedelta(days=1)


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


class TestSplitUnused:
    @pytest.mark.parametrize(
        ("paid", "refund", "credit"),
        [("90", "30", "0"), ("75", "15", "15"), ("60", "0", "30"), ("0", "0", "30")],
    )
    def test_it_refunds_only_what_was_paid_beyond_the_used_time(self, paid, refund, credit):
        returned = split_unused(unused=usd("30"), billed=usd("90"), paid=usd(paid))

        assert (returned.refund, returned.credit) == (usd(refund), usd(credit))
