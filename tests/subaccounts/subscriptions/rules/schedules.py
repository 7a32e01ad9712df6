"""Any schedule a payer may have, for properties."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from agency.plans.rules.components import Interval
from subaccounts.subscriptions.rules.periods import Cadence, anniversary, calendar, on_day_of_month

ZONES = [
    "UTC",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(
    datetime(2005, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds.
    datetime(2045, 1, 1),  # noqa: DTZ001 - The same.
    timezones=st.just(UTC),
)
cadences = st.builds(Cadence, interval=st.sampled_from(Interval), every=st.integers(1, 7))
monthly = st.builds(
    Cadence, interval=st.sampled_from([Interval.MONTH, Interval.QUARTER, Interval.YEAR]), every=st.integers(1, 3)
)


def schedules():
    return st.one_of(
        st.builds(anniversary, start=moments, cadence=cadences, zone=zones, to_the_second=st.booleans()),
        st.builds(calendar, start=moments, cadence=cadences, zone=zones, week_starts_on=st.integers(0, 6)),
        st.builds(on_day_of_month, start=moments, cadence=monthly, zone=zones, day=st.integers(1, 31)),
    )
