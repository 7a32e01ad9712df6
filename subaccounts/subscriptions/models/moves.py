"""Subscriptions are moved to another version of a price: the act, and each subscription that it means."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Micros, Word
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from subaccounts.subscriptions.rules.conventions import TakesEffect


class PriceMove(Identified, Base):
    """Subscriptions go over to a version of their price, now or each with its next renewal."""

    __tablename__ = "price_moves"
    prefix = "pmv"

    price_id: Mapped[UUID]
    line_id: Mapped[UUID]
    takes_effect: Mapped[TakesEffect] = mapped_column(Word(TakesEffect))
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("price_id", "prices"),
        tenant_key("line_id", "prices"),
        Index("ix_price_moves_line", "agency_id", "line_id", "id"),
    )

    @property
    def name(self) -> str:
        return str(self.public_id)


class Moved(StrEnum):
    """``left``: it was not moved, for the reason beside it."""

    WAITING = "waiting"
    PLANNED = "planned"
    MOVED = "moved"
    LEFT = "left"
    UNDONE = "undone"


class MovedSubscription(TenantScoped, Base):
    """What became of one subscription of a move; the amounts are of a full renewal, with tax."""

    __tablename__ = "moved_subscriptions"

    move_id: Mapped[UUID] = mapped_column(primary_key=True)
    subscription_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    state: Mapped[Moved] = mapped_column(Word(Moved))
    reason: Mapped[str]
    change_id: Mapped[UUID | None]
    before_micros: Mapped[int | None] = mapped_column(Micros)
    after_micros: Mapped[int | None] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("move_id", "price_moves"),
        tenant_key("subscription_id", "subscriptions"),
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("change_id", "subscription_changes"),
    )

    def amounts(self, price: Price) -> tuple[Money | None, Money | None]:
        before, after = self.before_micros, self.after_micros
        return (
            None if before is None else Money(before, price.currency),
            None if after is None else Money(after, price.currency),
        )
