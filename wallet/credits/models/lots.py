from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.credits.rules.lots import Lot, LotKind
from wallet.ledger.chart import AccountKind

LEDGER_KIND = {
    LotKind.COMPLIMENTARY: AccountKind.COMPLIMENTARY_CREDIT,
    LotKind.BONUS: AccountKind.COMPLIMENTARY_CREDIT,
    LotKind.PURCHASED: AccountKind.PURCHASED_CREDIT,
}


class CreditLot(Identified, Base):
    """Credit of one origin. Its lock is that of the wallet's *owed* account.

    Attributes:
        remaining: what no debit has burned; ``held`` of it is reserved.
        returned: what of it was refunded or charged back.
        origin: names what brought it, once: the same top-up or monthly grant makes no second lot.
        charge_id: the card charge that a refund of it goes back to.
        purchase_id: the purchased lot that a bonus came with.
        due_at: when its next notice or its expiry is due.
    """

    __tablename__ = "credit_lots"
    prefix = "lot"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    kind: Mapped[LotKind] = mapped_column(Word(LotKind))
    granted: Mapped[int] = mapped_column(Micros)
    remaining: Mapped[int] = mapped_column(Micros)
    # Indexed in place of ``remaining``, so that most debits change no indexed column.
    is_spent: Mapped[bool] = mapped_column(Computed("remaining = 0", persisted=True))
    held: Mapped[int] = mapped_column(Micros, default=0)
    returned: Mapped[int] = mapped_column(Micros, default=0)
    priority: Mapped[int] = mapped_column(default=0)
    meters: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    effective_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    origin: Mapped[str]
    charge_id: Mapped[UUID | None]
    purchase_id: Mapped[UUID | None]
    description: Mapped[str]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("granted > 0", name="granted_positive"),
        CheckConstraint("0 <= held AND held <= remaining AND remaining <= granted", name="held_remaining_granted"),
        Index("uq_credit_lots_origin", "agency_id", "origin", unique=True),
        Index(
            "ix_credit_lots_unspent",
            "agency_id",
            "sub_account_id",
            "currency",
            postgresql_where=text("NOT is_spent"),
        ),
        Index("ix_credit_lots_wallet", "agency_id", "sub_account_id", "id"),
        Index("ix_credit_lots_charge", "agency_id", "charge_id", postgresql_where=text("charge_id IS NOT NULL")),
        Index("ix_credit_lots_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    @property
    def left(self) -> Money:
        """What may be burned or reserved."""
        return Money(self.remaining - self.held, self.currency)

    @property
    def ledger_kind(self) -> AccountKind:
        return LEDGER_KIND[self.kind]

    def as_rule(self) -> Lot:
        return _as_rule(self)


class LotRow(NamedTuple):
    """A lot as it was read under its wallet's lock: as light as a set of a thousand needs it."""

    id: UUID
    sub_account_id: UUID
    currency: str
    kind: LotKind
    granted: int
    remaining: int
    held: int
    returned: int
    priority: int
    meters: list[str] | None
    effective_at: datetime
    expires_at: datetime | None
    created_at: datetime
    charge_id: UUID | None
    purchase_id: UUID | None
    description: str

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> Self:
        """From the driver's own row, with the columns in the order of the fields."""
        return cls._make([*row[:3], LotKind(row[3]), *row[4:]])

    @property
    def left(self) -> Money:
        """What may be burned or reserved."""
        return Money(self.remaining - self.held, self.currency)

    @property
    def ledger_kind(self) -> AccountKind:
        return LEDGER_KIND[self.kind]

    def as_rule(self) -> Lot:
        return _as_rule(self)


def _as_rule(lot: "CreditLot | LotRow") -> Lot:
    return Lot(
        lot_id=lot.id,
        kind=lot.kind,
        left=lot.left,
        effective_at=lot.effective_at,
        created_at=lot.created_at,
        expires_at=lot.expires_at,
        priority=lot.priority,
        meters=None if lot.meters is None else frozenset(lot.meters),
    )


class LotUse(TenantScoped, Base):
    """What a lot paid of one transaction; a negative amount was given back to it."""

    __tablename__ = "lot_uses"

    transaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("transaction_id", "wallet_transactions"),
        tenant_key("lot_id", "credit_lots"),
        CheckConstraint("amount <> 0", name="amount_moves"),
    )
