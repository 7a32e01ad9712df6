"""How far a test clock is moved by one press."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agency.foundation.local_days import clamped, instant, local_day, month_number


class Stride(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DAYS = {Stride.DAY: 1, Stride.WEEK: 7}


def after(moment: datetime, stride: Stride, zone: ZoneInfo) -> datetime:
    """The same time of day, so much later by the agency's calendar; on a month's last day where it is shorter."""
    day = local_day(moment, zone)
    later = clamped(month_number(day) + 1, day.day) if stride is Stride.MONTH else day + timedelta(days=DAYS[stride])
    return max(instant(later, zone, moment.astimezone(zone).time()), moment)
