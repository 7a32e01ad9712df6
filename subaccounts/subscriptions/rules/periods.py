"""When the periods of a subscription begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from typing import Self
from zoneinfo import ZoneInfo

from agency.foundation.local_days import clamped, instant, local_day, month_number
from agency.plans.rules.components import Interval

MONTHS_OF_YEAR = 12
WEEKS_OF_YEAR = 52
DAYS_OF_WEEK = 7
MONDAY = date(1, 1, 1)


MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: MONTHS_OF_YEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Every so many weeks, months, quarters or years."""

    interval: Interval
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("a cadence is every 1 or more intervals")

    @property
    def months(self) -> int:
        """Months of one period; zero for weeks."""
        return MONTHS.get(self.interval, 0) * self.every

    @property
    def part_of_months(self) -> Fraction:
        """How many months of a year of 52 weeks one period is, for figures a month."""
        return Fraction(self.months or Fraction(self.every * MONTHS_OF_YEAR, WEEKS_OF_YEAR))

    @property
    def days(self) -> int:
        """Days of one period of weeks; zero for months."""
        return 0 if self.months else DAYS_OF_WEEK * self.every


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Aware times, start inclusive, end exclusive; equal ones make it empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period does not end before it starts")

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def overlap(self, other: Self) -> Self:
        """What both cover; empty at this period's nearer edge where they do not touch."""
        start = min(max(self.start, other.start), self.end)
        return type(self)(start=start, end=max(start, min(self.end, other.end)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The part of a full period that a subscription lived through."""

    part: Period
    whole: Period

    @property
    def is_whole(self) -> bool:
        return self.part == self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Boundaries before and after an anchor, without end in either direction.

    Every boundary is counted from the anchor and not from the one before, so an anchor on the 31st falls on the
    last day of a short month and returns to the 31st after it. ``at`` is the wall's time in the payer's zone.
    """

    cadence: Cadence
    anchor: date
    anchor_day: int
    zone: ZoneInfo
    at: time = time.min

    def boundary(self, index: int) -> datetime:
        """When the period of that number starts, in UTC; 0 starts at the anchor."""
        return instant(self._date(index), self.zone, self.at)

    def period_at(self, moment: datetime) -> Period:
        """The full period a moment lies in."""
        return self._period(self._index_at(moment))

    def periods_from(self, moment: datetime) -> Iterator[Period]:
        """The full period a moment lies in, and all after it."""
        return map(self._period, count(self._index_at(moment)))

    def _period(self, index: int) -> Period:
        return Period(start=self.boundary(index), end=self.boundary(index + 1))

    def _date(self, index: int) -> date:
        if self.cadence.months:
            return clamped(month_number(self.anchor) + index * self.cadence.months, self.anchor_day)
        return self.anchor + timedelta(days=index * self.cadence.days)

    def _index_at(self, moment: datetime) -> int:
        day = local_day(moment, self.zone)
        if self.cadence.months:
            index = (month_number(day) - month_number(self.anchor)) // self.cadence.months
        else:
            index = (day - self.anchor).days // self.cadence.days
        # The moment's own month or day may have its boundary still to come.
        return index - 1 if self.boundary(index) > moment else index


def anniversary(*, start: datetime, cadence: Cadence, zone: ZoneInfo, to_the_second: bool = False) -> Schedule:
    """Periods that begin on the day the subscription began, or at its very time of day."""
    local = start.astimezone(zone)
    at = local.time() if to_the_second else time.min
    return Schedule(cadence=cadence, anchor=local.date(), anchor_day=local.day, zone=zone, at=at)


def on_day_of_month(*, start: datetime, cadence: Cadence, zone: ZoneInfo, day: int) -> Schedule:
    """Periods of months that begin on a day of the month, counted from the month of the start."""
    month = month_number(local_day(start, zone))
    return Schedule(cadence=cadence, anchor=clamped(month, day), anchor_day=day, zone=zone)


def calendar(*, start: datetime, cadence: Cadence, zone: ZoneInfo, week_starts_on: int = 0) -> Schedule:
    """Periods of the calendar: from the first of a month, quarter or year, or from a weekday (0 is Monday).

    Every n of them are counted from the beginning of the calendar, so that all subscriptions alike share their
    boundaries.
    """
    day = local_day(start, zone)
    if cadence.months:
        month = month_number(day) // cadence.months * cadence.months
        return Schedule(cadence=cadence, anchor=clamped(month, 1), anchor_day=1, zone=zone)
    first = MONDAY + timedelta(days=week_starts_on)
    anchor = first + timedelta(days=(day - first).days // cadence.days * cadence.days)
    return Schedule(cadence=cadence, anchor=anchor, anchor_day=anchor.day, zone=zone)


def segments(schedule: Schedule, *, start: datetime, end: datetime) -> Iterator[Segment]:
    """The parts of full periods between two times, each with the full period it belongs to."""
    life = Period(start=start, end=end)
    for whole in schedule.periods_from(start):
        if whole.start >= end:
            return
        if not (part := whole.overlap(life)).is_empty:
            yield Segment(part=part, whole=whole)


def trial_end(*, start: datetime, days: int, zone: ZoneInfo, to_the_second: bool = False) -> datetime:
    """When a trial of so many local days is over: at the start of a day, or at the time of day it began."""
    local = start.astimezone(zone)
    return instant(local.date() + timedelta(days=days), zone, local.time() if to_the_second else time.min)
