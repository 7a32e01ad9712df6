"""What a new version would have cost those who pay a price: floors above know, and say so to the editor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from agency.foundation.local_days import clamped, instant, local_day, month_number
from agency.plans.models.prices import Price
from agency.plans.rules.components import Component
from agency.plans.rules.terms import PriceTerms
from agency.tenants.queries import agency

MONTHS = (1, 3, 6, 12)  # How far back the editor offers to look.
MONTHS_MAX = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What lies after ``since``, up to and with ``until``."""

    since: datetime
    until: datetime


def past_months(months: int, *, now: datetime) -> Past:
    """Up to now, from the same time of the day by the agency's calendar so many months earlier."""
    zone = ZoneInfo(agency().time_zone)
    day = local_day(now, zone)
    first = clamped(month_number(day) - months, day.day)
    return Past(since=instant(first, zone, now.astimezone(zone).time()), until=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearser:
    """How prices of some components are rehearsed.

    Attributes:
        rehearse: the price, the terms that would replace it, and the one client that they are for; on a past time.
        template: shows the answer, as ``rehearsal``.
    """

    components: frozenset[Component]
    rehearse: Callable[[Price, PriceTerms, UUID | None, Past], object]
    template: str


_rehearsers: dict[Component, Rehearser] = {}


def register(rehearser: Rehearser) -> None:
    _rehearsers.update(dict.fromkeys(rehearser.components, rehearser))


def rehearser_of(price: Price) -> Rehearser:
    return _rehearsers[price.component]
