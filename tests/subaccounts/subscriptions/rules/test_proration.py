from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.exact import exact
from agency.foundation.money import Money
from subaccounts.subscriptions.rules.conventions import Conventions, Granularity, MonthLength
from subaccounts.subscriptions.rules.periods import Period, Segment, segments
from subaccounts.subscriptions.rules.proration import Component, charges, counted_from, credits_for, share
from tests.subaccounts.subscriptions.rules.schedules import moments, schedules

UTC_ZONE = ZoneInfo("UTC")
PLAN = Component(code="plan", price=Decimal("19.95"))


def segment(start, end, whole_start, whole_end):
    moments = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end, whole_start, whole_end)]
    return Segment(part=Period(start=moments[0], end=moments[1]), whole=Period(start=moments[2], end=moments[3]))


class TestShare:
    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({}, Fraction(9, 31)),
            ({"month_length": MonthLength.THIRTY_DAYS}, Fraction(8, 30)),
            ({"granularity": Granularity.SECOND}, Fraction(9, 31)),
            ({"granularity": Granularity.NONE}, 0),
        ],
    )
    def test_it_counts_as_the_convention_says(self, settings, expected):
        part = segment("2023-05-15", "2023-05-24", "2023-05-01", "2023-06-01")
        if "month_length" in settings:
            part = segment("2023-05-24", "2023-06-02", "2023-05-02", "2023-06-02")

        assert share(part, Conventions(**settings), UTC_ZONE) == expected

    @pytest.mark.parametrize("granularity", list(Granularity))
    def test_a_whole_period_bears_the_whole_price(self, granularity):
        whole = segment("2023-05-01", "2023-06-01", "2023-05-01", "2023-06-01")

        assert share(whole, Conventions(granularity=granularity), UTC_ZONE) == 1

    def test_a_day_of_23_hours_is_a_day(self):
        zone = ZoneInfo("America/New_York")
        midnights = [datetime(2025, 3, day, tzinfo=zone).astimezone(UTC) for day in (1, 9, 10)]
        april = datetime(2025, 4, 1, tzinfo=zone).astimezone(UTC)
        short = Segment(part=Period(start=midnights[1], end=midnights[2]), whole=Period(start=midnights[0], end=april))

        assert share(short, Conventions(), zone) == Fraction(1, 31)
        assert share(short, Conventions(granularity=Granularity.SECOND), zone) == Fraction(23, 31 * 24 - 1)


class TestCountedFrom:
    @pytest.mark.parametrize(
        ("granularity", "hour"), [(Granularity.DAY, 0), (Granularity.NONE, 0), (Granularity.SECOND, 15)]
    )
    def test_the_day_of_a_change_belongs_to_what_comes_after(self, granularity, hour):
        moment = datetime(2025, 6, 16, 15, tzinfo=UTC)

        counted = counted_from(moment, Conventions(granularity=granularity), UTC_ZONE)

        assert counted == moment.replace(hour=hour)


class TestCharges:
    def test_it_rounds_each_line_half_up_to_a_coin(self):
        part = segment("2013-07-01", "2013-07-15", "2013-06-15", "2013-07-15")

        (line,) = charges([PLAN], part, Conventions(), zone=UTC_ZONE, currency="USD")

        assert (line.share, line.amount) == (Fraction(14, 30), Money.of("9.31", "USD"))

    def test_what_costs_or_bears_nothing_makes_no_line(self):
        part = segment("2013-07-01", "2013-07-15", "2013-06-15", "2013-07-15")
        free = Component(code="free", price=Decimal(0))

        assert not list(charges([free], part, Conventions(), zone=UTC_ZONE, currency="USD"))


class TestCreditsFor:
    def test_it_gives_back_what_the_same_part_costs(self):
        part = segment("2013-07-01", "2013-07-15", "2013-06-15", "2013-07-15")

        (line,) = credits_for([PLAN], part, Conventions(), zone=UTC_ZONE, currency="USD")

        assert line.amount == Money.of("-9.31", "USD")


class TestEveryHistory:
    @given(
        schedules(),
        moments,
        st.lists(st.timedeltas(timedelta(hours=1), timedelta(days=40)), min_size=1, max_size=8),
        st.sampled_from([Granularity.DAY, Granularity.SECOND]),
        st.sampled_from(MonthLength),
    )
    def test_parts_of_a_period_sum_to_the_whole_within_a_coin_per_line(
        self, schedule, moment, gaps, granularity, month_length
    ):
        conventions = Conventions(granularity=granularity, month_length=month_length)
        whole = schedule.period_at(moment)
        parts = _cut(whole, gaps, conventions, schedule.zone)

        lines = [
            line for part in parts for line in charges([PLAN], part, conventions, zone=schedule.zone, currency="USD")
        ]

        assert sum(share(part, conventions, schedule.zone) for part in parts) == 1
        strayed = abs(sum(exact(line.amount) for line in lines) - Fraction(PLAN.price))
        assert strayed <= Fraction(1, 200) * len(parts)

    @given(schedules(), moments, moments, st.sampled_from([Granularity.DAY, Granularity.SECOND]))
    def test_a_life_costs_its_time(self, schedule, one, other, granularity):
        conventions = Conventions(granularity=granularity)
        start, end = (counted_from(moment, conventions, schedule.zone) for moment in sorted([one, other]))
        lived = list(segments(schedule, start=start, end=min(end, start + timedelta(days=900))))

        shares = [share(segment, conventions, schedule.zone) for segment in lived]

        assert all(0 <= part <= 1 for part in shares)
        assert all(part == 1 for part in shares[1:-1])


def _cut(whole, gaps, conventions, zone):
    """Tile a period at the moments where changes count."""
    moments, at = [], whole.start
    for gap in gaps:
        at += gap
        counted = max(counted_from(at, conventions, zone), whole.start)
        if counted < whole.end:
            moments.append(counted)
    edges = [whole.start, *moments, whole.end]
    return [Segment(part=Period(start=start, end=end), whole=whole) for start, end in pairwise(edges) if start < end]
