"""What a new version would have cost those who pay a price: floors above know, and say so to the editor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agency.plans.models.prices import Price
from agency.plans.rules.components import Component
from agency.plans.rules.terms import PriceTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearser:
    """How prices of some components are rehearsed.

    Attributes:
        rehearse: the price, the terms that would replace it, and the one client that they are for; at a moment.
        template: shows the answer, as ``rehearsal``.
    """

    components: frozenset[Component]
    rehearse: Callable[[Price, PriceTerms, UUID | None, datetime], object]
    template: str


_rehearsers: dict[Component, Rehearser] = {}


def register(rehearser: Rehearser) -> None:
    _rehearsers.update(dict.fromkeys(rehearser.components, rehearser))


def rehearser_of(price: Price | None) -> Rehearser | None:
    return _rehearsers.get(price.component) if price else None
