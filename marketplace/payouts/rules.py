"""Whose debt a payout pays."""

from collections.abc import Mapping
from typing import TypeVar

Debt = TypeVar("Debt")


def allocated(owed: Mapping[Debt, int], amount: int) -> dict[Debt, int]:
    """What of an amount pays each debt, the smallest first; what is overpaid, below zero, is counted in before all.

    Raises:
        ValueError: it is more than all debts together.
    """
    left, parts = amount, {}
    for debt, micros in sorted(owed.items(), key=lambda entry: entry[1]):
        part = min(micros, left)
        if part:
            parts[debt] = part
        left -= part
    if left:
        raise ValueError(f"{left} of {amount} pays no debt")
    return parts
