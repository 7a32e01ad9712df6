"""The stretches of time that usage is looked at in, each with the stretch before it to compare with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant, local_day, start_of_month

MONTHS_OF_YEAR = 12


class Bucket(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Stretch(StrEnum):
    TODAY = "today"
    WEEK = "last_7_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    YEAR = "last_12_months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """``start`` inclusive, ``end`` exclusive, both at midnights of the client's; drawn by ``bucket``.

    What came before is as long as what has passed of it, so that a month that runs is compared with as much of
    the month before.
    """

    start: datetime
    end: datetime
    before: datetime
    before_end: datetime
    bucket: Bucket


def range_of(stretch: Stretch, *, now: datetime, zone: ZoneInfo) -> Range:
    """The stretch as it stands now, today included."""
    today = local_day(now, zone)
    tomorrow = instant(today + timedelta(days=1), zone)
    match stretch:
        case Stretch.TODAY | Stretch.WEEK:
            days = 1 if stretch is Stretch.TODAY else 7
            start, before = (instant(today - timedelta(days=count - 1), zone) for count in (days, 2 * days))
            bucket = Bucket.HOUR if stretch is Stretch.TODAY else Bucket.DAY
            return Range(start=start, end=tomorrow, before=before, before_end=start, bucket=bucket)
        case Stretch.THIS_MONTH:
            start, before = start_of_month(now, zone), start_of_month(now, zone, later=-1)
            as_far = instant(local_day(before, zone) + timedelta(days=today.day), zone)
            return Range(
                start=start,
                end=start_of_month(now, zone, later=1),
                before=before,
                before_end=min(as_far, start),
                bucket=Bucket.DAY,
            )
        case Stretch.LAST_MONTH:
            start, before = (start_of_month(now, zone, later=-count) for count in (1, 2))
            end = start_of_month(now, zone)
            return Range(start=start, end=end, before=before, before_end=start, bucket=Bucket.DAY)
        case Stretch.YEAR:
            start = start_of_month(now, zone, later=1 - MONTHS_OF_YEAR)
            before = start_of_month(now, zone, later=1 - 2 * MONTHS_OF_YEAR)
            end = start_of_month(now, zone, later=1)
            return Range(start=start, end=end, before=before, before_end=start, bucket=Bucket.MONTH)


def starts(start: datetime, end: datetime, bucket: Bucket, zone: ZoneInfo) -> list[datetime]:
    """When each hour, day or month of a stretch begins; a day on which clocks change has one hour more or less."""
    found = [start]
    while True:
        last = found[-1]
        if bucket is Bucket.HOUR:
            coming = last + timedelta(hours=1)
        elif bucket is Bucket.DAY:
            coming = instant(local_day(last, zone) + timedelta(days=1), zone)
        else:
            coming = start_of_month(last, zone, later=1)
        if coming >= end:
            return found
        found.append(coming)
