"""What can be decided about a portal without asking anybody."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum


def plain_digits(typed: str) -> str:
    """The code that was typed without the blanks that made it readable."""
    return "".join(letter for letter in typed if letter.isascii() and letter.isdigit())


class Range(StrEnum):
    """The ranges of days that a history offers."""

    ALL_TIME = "all"
    LAST_30_DAYS = "30d"
    THIS_MONTH = "month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "year"
    LAST_YEAR = "last_year"
    FREE = "free"


LAST_DAYS = timedelta(days=29)  # Today is the thirtieth.


def days_of(chosen: Range, today: date) -> tuple[date | None, date | None]:
    """First and last day, both included; None where there is no end, and where the person names the days."""
    year, month = today.year, today.month
    last_year, last_month = (year, month - 1) if month > 1 else (year - 1, 12)
    return {
        Range.ALL_TIME: (None, None),
        Range.LAST_30_DAYS: (today - LAST_DAYS, today),
        Range.THIS_MONTH: (date(year, month, 1), date(year, month, monthrange(year, month)[1])),
        Range.LAST_MONTH: (
            date(last_year, last_month, 1),
            date(last_year, last_month, monthrange(last_year, last_month)[1]),
        ),
        Range.THIS_YEAR: (date(year, 1, 1), date(year, 12, 31)),
        Range.LAST_YEAR: (date(year - 1, 1, 1), date(year - 1, 12, 31)),
        Range.FREE: (None, None),
    }[chosen]
