from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key
from agency.foundation.database.types import Rate, Word
from agency.plans.models.archivable import Archivable
from agency.plans.rules.tax import Treatment

STANDARD = "standard"


class Tax(Archivable, Identified, Base):
    """The tax on a category of products in a country, or a part of one; without a country, anywhere.

    Its percent never changes: a new rate is a new row from the day it holds.
    """

    __tablename__ = "taxes"
    prefix = "tax"

    name: Mapped[str]
    category: Mapped[str] = mapped_column(default=STANDARD)
    country: Mapped[str | None]
    region: Mapped[str | None]
    treatment: Mapped[Treatment] = mapped_column(Word(Treatment))
    percent: Mapped[Decimal] = mapped_column(Rate)
    reason: Mapped[str | None]
    effective_from: Mapped[datetime]
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        CheckConstraint("percent >= 0", name="percent_never_negative"),
        CheckConstraint("treatment = 'taxed' OR (percent = 0 AND reason IS NOT NULL)", name="untaxed_has_a_reason"),
        CheckConstraint("region IS NULL OR country IS NOT NULL", name="region_is_of_a_country"),
        Index("ix_taxes_category", "agency_id", "category", "country"),
    )
