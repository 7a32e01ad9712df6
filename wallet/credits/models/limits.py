from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money


class Overdraft(TenantScoped, Base):
    """How far new work may take a wallet into what is owed: nothing, unless the agency says so here."""

    __tablename__ = "overdrafts"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    amount: Mapped[int] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("amount >= 0", name="never_negative"),
    )


class CapPeriod(StrEnum):
    DAY = "day"
    MONTH = "month"


class CapKind(StrEnum):
    """A soft cap tells, a hard one stops new work."""

    SOFT = "soft"
    HARD = "hard"


class SpendingCap(Identified, Base):
    """The most that a product should take from a wallet within a local day or month."""

    __tablename__ = "spending_caps"
    prefix = "cap"

    sub_account_id: Mapped[UUID]
    product_id: Mapped[UUID]
    period: Mapped[CapPeriod] = mapped_column(Word(CapPeriod))
    kind: Mapped[CapKind] = mapped_column(Word(CapKind))
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(Micros)
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "product_id", "period", "kind", "currency"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    @property
    def limit(self) -> Money:
        return Money(self.amount, self.currency)
