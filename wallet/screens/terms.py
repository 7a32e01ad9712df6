"""Terms for adding funds, as forms show and read them."""

from collections.abc import Mapping
from typing import Any

from agency.foundation.money import Money
from agency.foundation.typed_amounts import typed
from wallet.top_ups.models import FundingTerms
from wallet.top_ups.operations.terms import MONEY

PLAIN = ("bonus_percent", "cooling_down_minutes")


def as_typed(own: FundingTerms | None) -> dict[str, object]:
    """What was said for itself; everything else is left empty."""
    if own is None:
        return {}
    amounts = {name: getattr(own, name) for name in MONEY}
    texts: dict[str, object] = {
        name: typed(Money(micros, own.currency)) for name, micros in amounts.items() if micros is not None
    }
    if own.bonus_percent is not None:
        texts["bonus_percent"] = f"{own.bonus_percent.normalize():f}"
    return texts | {"cooling_down_minutes": "" if own.cooling_down_minutes is None else own.cooling_down_minutes}


def changes_of(wish: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the form: one left empty is as the floor below has it."""
    return {name: wish.get(name) for name in (*MONEY, *PLAIN)}
