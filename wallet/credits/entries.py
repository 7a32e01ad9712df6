"""Lines of a wallet's history on their way to the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from wallet.credits.models.transactions import WalletTransaction
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a line of a wallet's history says; its id becomes that of the transaction and of the journal."""

    kind: Code
    source_type: str
    source_id: UUID
    description: str = ""
    meter: str | None = None
    product_id: UUID | None = None
    refers_to_id: UUID | None = None
    effective_at: datetime | None = None
    id: UUID = field(default_factory=ids.new_id)


class Line(NamedTuple):
    """An entry with what it changed the wallet's accounts by, in micros."""

    entry: Entry
    sub_account_id: UUID
    currency: str
    purchased: int
    complimentary: int
    owed: int
    balance_after: int
    effective_at: datetime

    @property
    def id(self) -> UUID:
        return self.entry.id

    @property
    def amount(self) -> Money:
        """By how much the balance changed."""
        return Money(self.purchased + self.complimentary - self.owed, self.currency)

    @property
    def balance(self) -> Money:
        """What stood after it."""
        return Money(self.balance_after, self.currency)

    def as_transaction(self, *, booked_at: datetime) -> WalletTransaction:
        """The row as it was written."""
        entry = self.entry
        return WalletTransaction(
            id=entry.id,
            sub_account_id=self.sub_account_id,
            currency=self.currency,
            kind=entry.kind,
            purchased=self.purchased,
            complimentary=self.complimentary,
            owed=self.owed,
            balance_after=self.balance_after,
            source_type=entry.source_type,
            source_id=entry.source_id,
            refers_to_id=entry.refers_to_id,
            meter=entry.meter,
            product_id=entry.product_id,
            description=entry.description,
            effective_at=self.effective_at,
            booked_at=booked_at,
        )


class Use(NamedTuple):
    """What a lot paid of a transaction, in micros; below zero: was given back."""

    transaction_id: UUID
    lot_id: UUID
    sub_account_id: UUID
    amount: int
