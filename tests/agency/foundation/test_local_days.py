from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.local_days import (
    clamped,
    instant,
    local_day,
    month_number,
    start_of_day,
    start_of_month,
)

ZONES = [
    "UTC",
    "America/Los_Angeles",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds.


class TestStartOfDay:
    @given(moments, zones)
    def test_it_is_the_first_instant_of_the_local_day(self, moment, zone):
        start = start_of_day(moment, zone)

        assert start <= moment
        assert local_day(start, zone) == local_day(moment, zone)
        assert local_day(start - datetime.resolution, zone) < local_day(moment, zone)


class TestInstant:
    def test_a_time_the_clocks_jump_over_stays_on_its_day(self):
        gap = instant(date(2015, 3, 8), ZoneInfo("America/Los_Angeles"), time(2))

        assert gap == datetime(2015, 3, 8, 10, tzinfo=UTC)

    def test_a_day_without_midnight_begins_at_its_first_instant(self):
        zone = ZoneInfo("America/Sao_Paulo")

        start = instant(date(2018, 11, 4), zone)

        assert start.astimezone(zone).isoformat() == "2018-11-04T01:00:00-02:00"


class TestStartOfMonth:
    def test_it_is_midnight_of_the_first_where_the_payer_lives(self):
        start = start_of_month(datetime(2024, 3, 1, 4, tzinfo=UTC), ZoneInfo("America/Bogota"))

        assert start == datetime(2024, 2, 1, 5, tzinfo=UTC)

    def test_it_counts_months_across_a_year(self):
        start = start_of_month(datetime(2024, 12, 9, tzinfo=UTC), ZoneInfo("UTC"), later=1)

        assert start == datetime(2025, 1, 1, tzinfo=UTC)


class TestClamped:
    @pytest.mark.parametrize(
        ("month", "day", "expected"),
        [(date(2024, 2, 1), 31, 29), (date(2025, 2, 1), 29, 28), (date(2025, 12, 1), 31, 31)],
    )
    def test_a_short_month_ends_on_its_last_day(self, month, day, expected):
        assert clamped(month_number(month), day) == month.replace(day=expected)
