"""What the rooms above took from wallets is listed on a client's next document, as paid."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation.money import Money
from subaccounts.subscriptions.bills import Bill
from wallet.ledger.chart import AccountKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletLine:
    """Exact in micros; the wallet paid the amount and the tax on top of it. ``source`` is as ``LineSource`` has it."""

    bill_id: UUID
    description: str
    tax_category: str
    amount: Money
    tax: Money
    revenue: AccountKind
    source: Mapping[str, Any]


# Given bills, a room marks what it lists on each by this moment, in their transaction.
Lister = Callable[[Sequence[Bill], datetime], Iterable[WalletLine]]
_listers: list[Lister] = []


def register(lister: Lister) -> None:
    if lister not in _listers:
        _listers.append(lister)


def wallet_lines_of(bills: Sequence[Bill], *, now: datetime) -> dict[UUID, list[WalletLine]]:
    """By the id of the document that lists them."""
    found: dict[UUID, list[WalletLine]] = {}
    for lister in _listers:
        for line in lister(bills, now):
            found.setdefault(line.bill_id, []).append(line)
    return found
