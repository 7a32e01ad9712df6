from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, root_key, tenant_key
from agency.foundation.database.types import Rate


class MarkupChange(Identified, Base):
    """One bulk change of the markups of resold services: to ``markup``, or each of them by ``percent``."""

    __tablename__ = "markup_changes"
    prefix = "mkc"

    markup: Mapped[Decimal | None] = mapped_column(Rate)
    percent: Mapped[Decimal | None] = mapped_column(Rate)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    __table_args__ = (root_key(), CheckConstraint("(markup IS NULL) <> (percent IS NULL)", name="to_or_by"))


class MarkupChangeLine(TenantScoped, Base):
    """A price line that it changed: the version before, and the one that it made."""

    __tablename__ = "markup_change_lines"

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    former_price_id: Mapped[UUID] = mapped_column(primary_key=True)
    new_price_id: Mapped[UUID]

    __table_args__ = (
        tenant_key("change_id", "markup_changes"),
        tenant_key("former_price_id", "prices"),
        tenant_key("new_price_id", "prices"),
    )
