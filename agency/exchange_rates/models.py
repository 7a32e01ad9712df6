from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key
from agency.foundation.database.types import Currency, Rate


class ExchangeRate(Identified, Base):
    """What one unit of ``base`` was worth in ``quote`` on a day, and who says so. It informs, and never bills."""

    __tablename__ = "exchange_rates"
    prefix = "fxr"

    base: Mapped[str] = mapped_column(Currency)
    quote: Mapped[str] = mapped_column(Currency)
    rate: Mapped[Decimal] = mapped_column(Rate)
    day: Mapped[date]
    source: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]

    __table_args__ = (
        root_key(),
        UniqueConstraint("agency_id", "base", "quote", "day"),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("base <> quote", name="two_currencies"),
    )

    @property
    def name(self) -> str:
        return f"{self.base}/{self.quote}"
