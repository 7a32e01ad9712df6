from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros
from agency.foundation.money import Money


class Payout(Identified, Base):
    """Money that the platform sent to a publisher; a row of the publisher's own tenant.

    A mistake is taken back by another payout below zero whose ``corrects_id`` names it; then the ``reference``,
    the bank's word for it, is free again.
    """

    __tablename__ = "payouts"
    prefix = "pyt"

    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)
    paid_on: Mapped[date]
    reference: Mapped[str]
    recorded_at: Mapped[datetime]
    corrects_id: Mapped[UUID | None]
    corrected_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("corrects_id", "payouts"),
        CheckConstraint("(amount_micros < 0) = (corrects_id IS NOT NULL)", name="corrected_below_zero"),
        Index("uq_payouts_corrects", "agency_id", "corrects_id", unique=True),
        Index(
            "uq_payouts_reference",
            "agency_id",
            "reference",
            unique=True,
            postgresql_where=text("corrects_id IS NULL AND corrected_at IS NULL"),
        ),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)


class PayoutPart(TenantScoped, Base):
    """What a payout paid of one client's books, in the tenant of the agency that owed it. Only ever added."""

    __tablename__ = "payout_parts"

    payout_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    publisher_id: Mapped[UUID] = mapped_column(ForeignKey("publishers.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_payout_parts_publisher", "publisher_id", "payout_id"),
    )
