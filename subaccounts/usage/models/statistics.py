from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate, Word


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class UsageBucket(TenantScoped, Base):
    """Usage of a meter by a member in an hour, day or month of the sub-account's own clock, kept up as it is rated.

    ``starts_at`` is the moment at which that hour, day or month begins there, so half-hour zones and days on which
    clocks change are right. Events that name nobody have an empty member. ``fresh`` is how many keys a unique count
    saw there first in its period.
    """

    __tablename__ = "usage_buckets"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    grain: Mapped[Grain] = mapped_column(Word(Grain), primary_key=True)
    meter_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    member: Mapped[str] = mapped_column(primary_key=True)
    events: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Rate)
    largest: Mapped[Decimal] = mapped_column(Rate)
    last_at: Mapped[datetime]
    last: Mapped[Decimal | None] = mapped_column(Rate)
    fresh: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"), {"postgresql_with": {"fillfactor": "70"}})


class UsageDay(TenantScoped, Base):
    """What usage of a meter was charged and taxed on a day of the sub-account's own clock, kept up as it is booked.

    ``starts_at`` is the moment at which that day begins there.
    """

    __tablename__ = "usage_days"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    meter_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    amount_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"), {"postgresql_with": {"fillfactor": "70"}})


class UsageCostDay(TenantScoped, Base):
    """What that usage cost the agency itself: behind a wall of its own."""

    __tablename__ = "usage_cost_days"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    meter_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    cost_micros: Mapped[int] = mapped_column(Micros)

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"), {"postgresql_with": {"fillfactor": "70"}})
