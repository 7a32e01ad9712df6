from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money


class HoldState(StrEnum):
    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


class Hold(Identified, Base):
    """Credit reserved for work to come. Its pending transfers have it as their source.

    ``captured`` is what was spent of it in the end; ``due_at`` is its expiry for as long as it is open.
    """

    __tablename__ = "holds"
    prefix = "hld"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(Micros)
    captured: Mapped[int] = mapped_column(Micros, default=0)
    state: Mapped[HoldState] = mapped_column(Word(HoldState), default=HoldState.OPEN)
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    meter: Mapped[str | None]
    product_id: Mapped[UUID | None]
    description: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    transaction_id: Mapped[UUID | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("0 <= captured AND captured <= amount", name="captured_within"),
        Index("ix_holds_wallet", "agency_id", "sub_account_id", "id"),
        Index("ix_holds_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def captured_money(self) -> Money:
        return Money(self.captured, self.currency)


class HeldCredit(TenantScoped, Base):
    """The lots a hold reserves, in burn order, and how much of each."""

    __tablename__ = "held_credit"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID]
    sub_account_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("hold_id", "holds"),
        tenant_key("lot_id", "credit_lots"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
