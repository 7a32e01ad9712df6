from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from agency.plans.models.archivable import Archivable
from agency.plans.models.columns import Quantities
from agency.plans.rules.components import ProductKind


class Product(Archivable, Identified, Base):
    """What an agency sells; what it asks for it stands in its prices. Documents name who gives it, its provider."""

    __tablename__ = "products"
    prefix = "prd"

    kind: Mapped[ProductKind] = mapped_column(Word(ProductKind))
    name: Mapped[str]
    description: Mapped[str]
    reference: Mapped[str | None]
    tax_category: Mapped[str]
    provider_id: Mapped[UUID | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        tenant_key("provider_id", "service_providers"),
        Index("ix_products_kind", "agency_id", "kind", "id"),
        Index(
            "uq_products_reference",
            "agency_id",
            "reference",
            unique=True,
            postgresql_where=text("reference IS NOT NULL"),
        ),
    )


class PlanContents(Identified, Base):
    """What a plan includes, in versions that never change: a subscription keeps its own until it is moved.

    ``usage`` holds the quantity of each meter, by its code, that is free in a month; ``credits`` are granted
    monthly too. Seats beyond ``seats_included`` cost what the plan's seat price says.
    """

    __tablename__ = "plan_contents"
    prefix = "pct"

    product_id: Mapped[UUID]
    version: Mapped[int]
    trial_days: Mapped[int]
    seats_included: Mapped[int]
    seats_max: Mapped[int | None]
    usage: Mapped[dict[str, Decimal]] = mapped_column(Quantities)
    credits_micros: Mapped[int | None] = mapped_column(Micros)
    credits_currency: Mapped[str | None] = mapped_column(Currency)
    credits_roll_over: Mapped[bool]
    effective_from: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        tenant_key("product_id", "products"),
        UniqueConstraint("agency_id", "product_id", "version"),
        CheckConstraint("trial_days >= 0 AND seats_included >= 0", name="never_negative"),
        CheckConstraint("seats_max >= seats_included", name="seats_max_holds_the_included"),
        CheckConstraint("credits_micros > 0", name="credits_more_than_zero"),
        CheckConstraint("(credits_micros IS NULL) = (credits_currency IS NULL)", name="credits_have_a_currency"),
    )

    @property
    def credits(self) -> Money | None:
        if self.credits_micros is None or self.credits_currency is None:
            return None
        return Money(self.credits_micros, self.credits_currency)
