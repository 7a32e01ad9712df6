"""Days and months as a payer's own calendar has them, and the instants at which they begin."""

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the payer's wall at a moment."""
    return moment.astimezone(zone).date()


def instant(day: date, zone: ZoneInfo, at: time = time.min) -> datetime:
    """When the wall shows that time, in UTC.

    A time the clocks jump over is the moment of the jump plus what was left; a time shown twice is its first
    showing. So the start of a day is always its first instant.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def start_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    return instant(local_day(moment, zone), zone)


def start_of_month(moment: datetime, zone: ZoneInfo, *, later: int = 0) -> datetime:
    """The first instant of the local month the moment lies in, or of one so many months later."""
    first = local_day(moment, zone).replace(day=1)
    return instant(clamped(month_number(first) + later, 1), zone)


def month_number(day: date) -> int:
    """Months since the year 0, so that months can be added as numbers."""
    return day.year * 12 + day.month - 1


def clamped(month: int, day: int) -> date:
    """That day of a month given by its number; the last day where the month is shorter."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))
