from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agency.foundation.database.base import Base, Identified, TenantScoped, root_key, tenant_key
from agency.foundation.database.types import Currency, Rate, Word
from agency.plans.models.archivable import Archivable
from agency.plans.models.columns import Terms
from agency.plans.models.meters import Meter
from agency.plans.models.products import Product
from agency.plans.rules.components import Component, Interval
from agency.plans.rules.terms import PriceTerms

_OWN: dict[str, Any] = {"lazy": "select", "viewonly": True, "uselist": False}


class Price(Archivable, Identified, Base):
    """One version of one line of a product's price list; it never changes, but may be withdrawn from sale.

    Versions of a line share ``line_id``, the id of its first. A version with a sub-account stands for that
    sub-account instead of the line's own. ``terms`` are what a client pays; what the agency pays is a row of
    its own, behind a wall of its own.
    """

    __tablename__ = "prices"
    prefix = "pri"

    product_id: Mapped[UUID]
    line_id: Mapped[UUID]
    sub_account_id: Mapped[UUID | None]
    version: Mapped[int]
    component: Mapped[Component] = mapped_column(Word(Component))
    name: Mapped[str]
    meter_id: Mapped[UUID | None]
    interval: Mapped[Interval | None] = mapped_column(Word(Interval))
    interval_count: Mapped[int | None]
    currency: Mapped[str] = mapped_column(Currency)
    terms: Mapped[PriceTerms] = mapped_column(Terms)
    effective_from: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    product: Mapped[Product] = relationship(**_OWN)
    meter: Mapped[Meter | None] = relationship(**(_OWN | {"overlaps": "product"}))
    cost: Mapped["PriceCost | None"] = relationship(
        primaryjoin="and_(Price.agency_id == PriceCost.agency_id, Price.id == foreign(PriceCost.price_id))", **_OWN
    )

    __table_args__ = (
        root_key(),
        tenant_key("product_id", "products"),
        tenant_key("line_id", "prices"),
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("meter_id", "meters"),
        UniqueConstraint("agency_id", "line_id", "sub_account_id", "version", postgresql_nulls_not_distinct=True),
        CheckConstraint("(interval IS NULL) = (interval_count IS NULL)", name="interval_has_a_count"),
        CheckConstraint("interval_count > 0", name="interval_count_more_than_zero"),
        CheckConstraint("(component = 'usage') = (meter_id IS NOT NULL)", name="usage_has_a_meter"),
        Index("ix_prices_product", "agency_id", "product_id", "line_id"),
        Index(
            "uq_prices_line",
            *("agency_id", "product_id", "component", "meter_id", "interval", "interval_count", "currency", "name"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("version = 1 AND sub_account_id IS NULL AND archived_at IS NULL"),
        ),
    )


class PriceCost(TenantScoped, Base):
    """What the agency itself pays for what a price sells: seen by the agency alone."""

    __tablename__ = "price_costs"

    price_id: Mapped[UUID] = mapped_column(primary_key=True)
    terms: Mapped[PriceTerms] = mapped_column(Terms)
    markup: Mapped[Decimal | None] = mapped_column(Rate)

    __table_args__ = (tenant_key("price_id", "prices"),)
