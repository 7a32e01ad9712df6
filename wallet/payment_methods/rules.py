"""When a card is over."""

from datetime import date, datetime, timedelta
from enum import StrEnum

# Long enough to receive a new card by post, short enough not to be forgotten.
NOTICE = timedelta(days=30)
DECEMBER = 12


class Validity(StrEnum):
    GOOD = "good"
    ENDING = "ending"
    EXPIRED = "expired"


def ends_on(exp_year: int, exp_month: int) -> date:
    """The first day on which the card is no longer good: it is, through the last day of its month."""
    return date(exp_year + 1, 1, 1) if exp_month == DECEMBER else date(exp_year, exp_month + 1, 1)


def validity(exp_year: int, exp_month: int, *, now: datetime) -> Validity:
    end = ends_on(exp_year, exp_month)
    if now.date() >= end:
        return Validity.EXPIRED
    return Validity.ENDING if now.date() >= end - NOTICE else Validity.GOOD
