"""How an amount is divided among invoices, and how it is taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agency.foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What can be paid of an invoice: its balance less what payments under way are to pay of it."""

    invoice_id: UUID
    amount: Money
    due_on: date
    issued_on: date
    number: str


def in_order(owed: Iterable[Owed], *, today: date) -> list[Owed]:
    """Past due first, then by due date, issue date, number."""
    return sorted(owed, key=lambda each: (each.due_on >= today, each.due_on, each.issued_on, each.number))


def split(amount: Money, owed: Sequence[Owed]) -> dict[UUID, Money]:
    """As much of each invoice as there is money, in their order; what is more than all of them is left over."""
    return take(amount, [(each.invoice_id, each.amount) for each in owed])


def take(amount: Money, parts: Iterable[tuple[UUID, Money]]) -> dict[UUID, Money]:
    """As much of each part as the amount reaches, in their order."""
    taken, rest = {}, amount
    for key, available in parts:
        part = min(rest, available)
        if part.micros > 0:
            taken[key] = part
            rest -= part
    return taken


def total(parts: Mapping[UUID, Money], currency: str) -> Money:
    return Money.sum(parts.values(), currency)
