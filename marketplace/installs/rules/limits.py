"""Limits on what an app's usage may cost: the publisher, the agency and the client set theirs, the tightest wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant, local_day
from agency.foundation.money import Money


class Span(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What may be spent in a day or a month without tax, and what of it was spent; open holds count as spent."""

    span: Span
    limit: Money
    spent: Money

    @property
    def left(self) -> Money:
        return max(self.limit - self.spent, Money.zero(self.limit.currency))


def tightest(limits: Iterable[int | None]) -> int | None:
    """The lowest of those that are set, in micros."""
    return min((limit for limit in limits if limit is not None), default=None)


def first_moment(span: Span, now: datetime, zone: ZoneInfo) -> datetime:
    """When the client's present day or month began."""
    today = local_day(now, zone)
    return instant(today if span is Span.DAY else today.replace(day=1), zone)
