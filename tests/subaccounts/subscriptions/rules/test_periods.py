from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from agency.plans.rules.components import Interval
from subaccounts.subscriptions.rules.periods import (
    Cadence,
    Period,
    anniversary,
    calendar,
    on_day_of_month,
    segments,
    trial_end,
)
from tests.subaccounts.subscriptions.rules.schedules import moments, schedules, zones

NEW_YORK = ZoneInfo("America/New_York")
MONTHLY = Cadence(interval=Interval.MONTH)


def starts(schedule, moment, number):
    periods = islice(schedule.periods_from(moment), number)
    return [period.start.astimezone(schedule.zone).date().isoformat() for period in periods]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


class TestAnniversary:
    @pytest.mark.parametrize(
        ("start", "cadence", "expected"),
        [
            (
                utc(2025, 1, 31, 12),
                MONTHLY,
                ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"],
            ),
            (
                utc(2024, 2, 29, 12),
                Cadence(interval=Interval.YEAR),
                ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
            ),
            (utc(2024, 11, 30, 12), Cadence(interval=Interval.QUARTER), ["2024-11-30", "2025-02-28", "2025-05-30"]),
            (utc(2025, 3, 5, 12), Cadence(interval=Interval.WEEK, every=2), ["2025-03-05", "2025-03-19"]),
            (utc(2025, 1, 31, 12), Cadence(interval=Interval.MONTH, every=5), ["2025-01-31", "2025-06-30"]),
        ],
    )
    def test_it_returns_to_its_day_after_a_short_month(self, start, cadence, expected):
        schedule = anniversary(start=start, cadence=cadence, zone=ZoneInfo("UTC"))

        assert starts(schedule, start, len(expected)) == expected

    def test_it_begins_on_the_payers_day(self):
        schedule = anniversary(start=utc(2025, 6, 1, 3), cadence=MONTHLY, zone=NEW_YORK)

        assert starts(schedule, utc(2025, 6, 1, 3), 2) == ["2025-05-31", "2025-06-30"]

    def test_it_keeps_the_time_of_day_across_a_change_of_clocks(self):
        start = utc(2025, 2, 20, 15, 30)
        schedule = anniversary(start=start, cadence=MONTHLY, zone=NEW_YORK, to_the_second=True)

        assert schedule.period_at(start) == Period(start=start, end=utc(2025, 3, 20, 14, 30))

    def test_it_begins_in_a_zone_of_half_hours(self):
        schedule = anniversary(start=utc(2025, 6, 1), cadence=MONTHLY, zone=ZoneInfo("Asia/Kolkata"))

        assert schedule.period_at(utc(2025, 6, 1)).start == utc(2025, 5, 31, 18, 30)


class TestCalendar:
    @pytest.mark.parametrize(
        ("cadence", "expected"),
        [
            (MONTHLY, ["2025-05-01", "2025-06-01"]),
            (Cadence(interval=Interval.QUARTER), ["2025-04-01", "2025-07-01"]),
            (Cadence(interval=Interval.YEAR), ["2025-01-01", "2026-01-01"]),
            (Cadence(interval=Interval.WEEK), ["2025-05-12", "2025-05-19"]),
        ],
    )
    def test_it_begins_where_the_calendar_does(self, cadence, expected):
        start = utc(2025, 5, 14, 12)

        assert starts(calendar(start=start, cadence=cadence, zone=NEW_YORK), start, 2) == expected

    def test_it_begins_weeks_on_the_day_asked_for(self):
        start = utc(2025, 5, 14, 12)
        schedule = calendar(start=start, cadence=Cadence(interval=Interval.WEEK), zone=NEW_YORK, week_starts_on=6)

        assert starts(schedule, start, 1) == ["2025-05-11"]

    @given(moments, moments, zones)
    def test_all_share_the_boundaries_of_every_n_weeks(self, one, other, zone):
        cadence = Cadence(interval=Interval.WEEK, every=3)

        first, second = (calendar(start=start, cadence=cadence, zone=zone) for start in (one, other))

        assert first.period_at(one) == second.period_at(one)


class TestOnDayOfMonth:
    def test_it_leads_in_to_the_first_such_day(self):
        schedule = on_day_of_month(start=utc(2011, 1, 31), cadence=MONTHLY, zone=ZoneInfo("UTC"), day=7)

        lead_in = next(segments(schedule, start=utc(2011, 1, 31), end=utc(2011, 5, 1)))

        assert lead_in.part == Period(start=utc(2011, 1, 31), end=utc(2011, 2, 7))
        assert lead_in.whole == Period(start=utc(2011, 1, 7), end=utc(2011, 2, 7))

    def test_it_remembers_the_31st_when_it_begins_in_a_short_month(self):
        start = utc(2025, 2, 28, 12)
        schedule = on_day_of_month(start=start, cadence=MONTHLY, zone=ZoneInfo("UTC"), day=31)

        assert starts(schedule, start, 3) == ["2025-02-28", "2025-03-31", "2025-04-30"]


class TestEverySchedule:
    @given(schedules(), moments)
    def test_a_moment_lies_in_its_period(self, schedule, moment):
        period = schedule.period_at(moment)

        assert period.start <= moment < period.end

    @given(schedules(), moments)
    def test_periods_tile_time_without_gap_or_overlap(self, schedule, moment):
        periods = list(islice(schedule.periods_from(moment), 30))

        for before, after in pairwise(periods):
            assert before.end == after.start
            assert schedule.period_at(before.end) == after
            assert schedule.period_at(before.end - timedelta(microseconds=1)) == before

    @given(schedules(), moments, moments)
    def test_segments_tile_the_life_of_a_subscription(self, schedule, one, other):
        start, end = sorted([one, min(other, one + timedelta(days=2000))])

        parts = [segment.part for segment in segments(schedule, start=start, end=end)]

        assert [part.start for part in parts] == [start, *(part.end for part in parts[:-1])][: len(parts)]
        assert not parts or parts[-1].end == end
        assert all(part.start < part.end for part in parts)


class TestTrialEnd:
    def test_it_counts_local_days_across_a_change_of_clocks(self):
        end = trial_end(start=utc(2017, 11, 1, 7, 30), days=30, zone=ZoneInfo("America/Los_Angeles"))

        assert end.astimezone(ZoneInfo("America/Los_Angeles")).isoformat() == "2017-12-01T00:00:00-08:00"

    def test_it_keeps_the_time_of_day_when_asked(self):
        start = utc(2025, 3, 8, 15)

        assert trial_end(start=start, days=2, zone=NEW_YORK, to_the_second=True) == utc(2025, 3, 10, 14)


class TestCadence:
    def test_it_refuses_every_zero_months(self):
        with pytest.raises(ValueError, match="every 1"):
            Cadence(interval=Interval.MONTH, every=0)


class TestPeriod:
    def test_it_refuses_to_end_before_it_starts(self):
        with pytest.raises(ValueError, match="before it starts"):
            Period(start=utc(2025, 1, 2), end=utc(2025, 1, 1))
