"""What usage came to: totals of a period, and the charges that led to them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate
from agency.foundation.money import Money


class UsageTotal(Identified, Base):
    """All usage of one meter in one period by one price version, as far as it is rated.

    ``charge_micros`` is what it costs so far, without tax. Without a price it is only counted. Prepaid usage was
    debited from the wallet, the rest waits for the next bill. Its period ends with
    its subscription, once its last usage is billed. Nothing joins a closed total; ``bill_id`` names the
    bill that lists it. ``latest_at`` and ``latest_id`` tell which event a meter that asks for the latest follows.
    """

    __tablename__ = "usage_totals"
    prefix = "utl"

    sub_account_id: Mapped[UUID]
    meter_id: Mapped[UUID]
    subscription_id: Mapped[UUID | None]
    price_id: Mapped[UUID | None]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    currency: Mapped[str] = mapped_column(Currency)
    is_prepaid: Mapped[bool]
    included: Mapped[Decimal] = mapped_column(Rate)
    quantity: Mapped[Decimal] = mapped_column(Rate, default=Decimal(0))
    events: Mapped[int] = mapped_column(default=0)
    latest_at: Mapped[datetime | None]
    latest_id: Mapped[str | None]
    charge_micros: Mapped[int] = mapped_column(Micros, default=0)
    tax_micros: Mapped[int] = mapped_column(Micros, default=0)
    closed_at: Mapped[datetime | None]
    bill_id: Mapped[UUID | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("meter_id", "meters"),
        tenant_key("subscription_id", "subscriptions"),
        tenant_key("price_id", "prices"),
        CheckConstraint("charge_micros >= 0 AND tax_micros >= 0", name="never_negative"),
        UniqueConstraint(
            *("agency_id", "sub_account_id", "meter_id", "period_start", "price_id", "subscription_id"),
            name="uq_usage_totals_key",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "ix_usage_totals_open",
            "period_end",
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_usage_totals_unbilled",
            *("agency_id", "sub_account_id", "period_end"),
            postgresql_where=text("bill_id IS NULL AND price_id IS NOT NULL"),
        ),
        Index(
            "ix_usage_totals_postpaid",
            *("agency_id", "subscription_id"),
            postgresql_where=text("bill_id IS NULL AND price_id IS NOT NULL AND NOT is_prepaid"),
        ),
    )

    @property
    def charge(self) -> Money:
        return Money(self.charge_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)


class UsageCharge(Identified, Base):
    """By how much one rating changed a total: below zero where the price fell or usage was taken back.

    Its events are those of the rating's batches that occurred from ``occurred_from`` until ``occurred_until``.
    ``transaction_id`` is the line of the wallet's history that paid it. ``returned_micros`` of it, with tax, were
    given back by later charges. A late one is of usage whose own period was closed when it arrived.
    """

    __tablename__ = "usage_charges"
    prefix = "uch"

    sub_account_id: Mapped[UUID]
    rating_id: Mapped[UUID]
    total_id: Mapped[UUID]
    meter_id: Mapped[UUID]
    price_id: Mapped[UUID]
    product_id: Mapped[UUID]
    quantity_before: Mapped[Decimal] = mapped_column(Rate)
    quantity_after: Mapped[Decimal] = mapped_column(Rate)
    events: Mapped[int]
    amount_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    returned_micros: Mapped[int] = mapped_column(Micros, default=0)
    currency: Mapped[str] = mapped_column(Currency)
    transaction_id: Mapped[UUID | None]
    is_late: Mapped[bool]
    occurred_from: Mapped[datetime]
    occurred_until: Mapped[datetime]
    booked_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("total_id", "usage_totals"),
        tenant_key("price_id", "prices"),
        Index("ix_usage_charges_total", "agency_id", "total_id", "id"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)


class UsageCost(TenantScoped, Base):
    """What the usage behind a charge costs the agency itself: behind a wall of its own."""

    __tablename__ = "usage_costs"

    charge_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    total_id: Mapped[UUID]
    meter_id: Mapped[UUID]
    cost_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    booked_at: Mapped[datetime]

    __table_args__ = (tenant_key("charge_id", "usage_charges"),)


class UsageUnique(TenantScoped, Base):
    """What a unique count has seen in a period, and when first."""

    __tablename__ = "usage_uniques"

    total_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    meter_id: Mapped[UUID]
    first_at: Mapped[datetime]
    member: Mapped[str]

    __table_args__ = (tenant_key("total_id", "usage_totals"),)
