from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money
from agency.plans.models.archivable import Archivable
from agency.plans.rules.coupons import CouponTerms, Duration


class Coupon(Archivable, Identified, Base):
    """A discount under a code; what it takes off never changes, how long and how often it can be used may.

    ``product_ids`` limit it to lines of those products; ``redemptions`` is guarded by the database.
    """

    __tablename__ = "coupons"
    prefix = "cpn"

    code: Mapped[str]
    name: Mapped[str]
    percent: Mapped[Decimal | None] = mapped_column(Rate)
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    currency: Mapped[str | None] = mapped_column(Currency)
    duration: Mapped[Duration] = mapped_column(Word(Duration))
    periods: Mapped[int | None]
    carries_over: Mapped[bool]
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    redeem_by: Mapped[datetime | None]
    redemptions_max: Mapped[int | None]
    redemptions_per_sub_account: Mapped[int | None]
    redemptions: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        UniqueConstraint("agency_id", "code"),
        CheckConstraint("redemptions >= 0 AND redemptions <= redemptions_max", name="redemptions_within_their_limit"),
        CheckConstraint("(percent IS NULL) <> (amount_micros IS NULL)", name="percent_or_amount"),
        CheckConstraint("(amount_micros IS NULL) = (currency IS NULL)", name="amount_has_a_currency"),
    )

    @property
    def amount(self) -> Money | None:
        if self.amount_micros is None or self.currency is None:
            return None
        return Money(self.amount_micros, self.currency)

    @property
    def terms(self) -> CouponTerms:
        """What the rules ask of it; which lines are meant says whoever bills them, by ``product_ids``."""
        return CouponTerms(
            code=self.code,
            percent=self.percent,
            amount=self.amount,
            duration=self.duration,
            periods=self.periods,
            carries_over=self.carries_over,
            redeem_by=self.redeem_by,
            redemptions_max=self.redemptions_max,
        )


class CouponRedemption(Identified, Base):
    """One use of a coupon by what names itself as source, which can use it once."""

    __tablename__ = "coupon_redemptions"
    prefix = "cpr"

    coupon_id: Mapped[UUID]
    sub_account_id: Mapped[UUID]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    redeemed_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("coupon_id", "coupons"),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "coupon_id", "source_type", "source_id"),
        Index("ix_coupon_redemptions_sub_account", "agency_id", "coupon_id", "sub_account_id"),
    )
