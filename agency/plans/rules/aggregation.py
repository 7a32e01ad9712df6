"""What quantity the events of a meter make in a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from agency.foundation.exact import exactly
from agency.plans.rules.terms import ZERO


class Aggregation(StrEnum):
    COUNT = "count"
    SUM = "sum"
    MAX = "max"
    UNIQUE_COUNT = "unique_count"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One usage event as a meter sees it; ``unique_key`` is what a unique count tells apart."""

    occurred_at: datetime
    quantity: Decimal
    unique_key: str | None = None


def aggregate(aggregation: Aggregation, events: Sequence[Measured]) -> Decimal:
    """The quantity to price; no events make zero. Of two events at one moment the later given is latest."""
    if not events:
        return ZERO
    match aggregation:
        case Aggregation.COUNT:
            return Decimal(len(events))
        case Aggregation.SUM:
            with exactly():
                return sum((event.quantity for event in events), ZERO)
        case Aggregation.MAX:
            return max(event.quantity for event in events)
        case Aggregation.UNIQUE_COUNT:
            return Decimal(len({event.unique_key for event in events} - {None}))
        case Aggregation.LATEST:
            return max(reversed(events), key=lambda event: event.occurred_at).quantity
