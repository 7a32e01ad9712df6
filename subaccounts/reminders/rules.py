"""When the letters about one invoice are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant

# Letters arrive in the morning of the seller's day.
MORNING = time(9)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """``days`` counts from the due date: below zero before it, above zero past it."""

    at: datetime
    days: int


def steps(due_on: date, *, before: Iterable[int], after: Iterable[int], zone: ZoneInfo) -> list[Step]:
    """In their order. One past due is a day late at least, so that none comes before the due date has ended."""
    days = {-each for each in before if each >= 0} | {each for each in after if each > 0}
    return sorted(Step(instant(due_on + timedelta(days=each), zone, MORNING), each) for each in days)


def next_step(found: Iterable[Step], *, after: datetime) -> Step | None:
    """The first of them later than a moment."""
    return next((step for step in found if step.at > after), None)


def missed(found: Iterable[Step], *, at: datetime) -> Step | None:
    """The latest that is due at a moment: letters of missed days before it are not sent any more."""
    due = [step for step in found if step.at <= at]
    return due[-1] if due else None
