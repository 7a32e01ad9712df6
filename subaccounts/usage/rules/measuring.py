"""What more usage makes of a total, whatever the order in which it arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from agency.foundation.exact import exactly
from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.terms import ZERO


class First(NamedTuple):
    """How many keys a unique count saw first in a quarter of an hour, by whom; ``bin`` is when that begins."""

    sub_account_id: UUID
    meter_id: UUID
    bin: datetime
    member: str
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Some events of one meter: those that count, those that take one back, their sum, the largest, the latest.

    ``firsts`` are the keys that a unique count had not seen in the period.
    """

    events: int = 0
    taken_back: int = 0
    quantity: Decimal = ZERO
    largest: Decimal = ZERO
    latest: "Latest | None" = None
    firsts: Sequence[First] = ()

    @property
    def fresh(self) -> int:
        return sum(first.keys for first in self.firsts)


@dataclass(frozen=True, slots=True, order=True)
class Latest:
    """Of two events at one moment the one with the greater id is latest, so that everybody agrees."""

    at: datetime
    id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a meter shows; ``events`` counts those that are not taken back."""

    quantity: Decimal = ZERO
    events: int = 0
    latest: Latest | None = None


def read_on(aggregation: Aggregation, before: Reading, more: Measure) -> Reading:
    """The meter after more events."""
    events = before.events + more.events - more.taken_back
    latest = max((each for each in (before.latest, more.latest) if each is not None), default=None)
    with exactly():
        match aggregation:
            case Aggregation.COUNT:
                quantity = before.quantity + more.events - more.taken_back
            case Aggregation.SUM:
                quantity = before.quantity + more.quantity
            case Aggregation.MAX:
                quantity = max(before.quantity, more.largest)
            case Aggregation.UNIQUE_COUNT:
                quantity = before.quantity + more.fresh
            case Aggregation.LATEST:
                quantity = latest.quantity if latest else ZERO
    return Reading(quantity=quantity, events=events, latest=latest)
