from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Micros, Rate


class AppOffer(Identified, Base):
    """An app as an agency sells it: whether its clients see it, for how much, and the agency's own limits.

    ``product_id`` is the app in the agency's catalogue. What is not priced on its own is the publisher's price
    times ``markup``.
    """

    __tablename__ = "app_offers"
    prefix = "off"

    app_id: Mapped[UUID] = mapped_column(ForeignKey("apps.id"))
    product_id: Mapped[UUID]
    is_shown: Mapped[bool]
    markup: Mapped[Decimal] = mapped_column(Rate)
    daily_limit_micros: Mapped[int | None] = mapped_column(Micros)
    monthly_limit_micros: Mapped[int | None] = mapped_column(Micros)
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("product_id", "products"),
        UniqueConstraint("agency_id", "app_id"),
        CheckConstraint("markup >= 1", name="never_below_the_list"),
    )


class AppOfferPrice(TenantScoped, Base):
    """One of the publisher's prices in an offer; ``line_id`` is its line in the agency's price list, if it recurs."""

    __tablename__ = "app_offer_prices"

    offer_id: Mapped[UUID] = mapped_column(primary_key=True)
    app_price_id: Mapped[UUID] = mapped_column(ForeignKey("app_prices.id"), primary_key=True)
    own_amount: Mapped[Decimal | None] = mapped_column(Rate)
    line_id: Mapped[UUID | None]

    __table_args__ = (tenant_key("offer_id", "app_offers"), tenant_key("line_id", "prices"))
