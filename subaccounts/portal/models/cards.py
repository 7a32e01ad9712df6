from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key


class TypedCard(Identified, Base):
    """A card that a customer typed to pay with. Unless they chose to save it, it leaves with its payment."""

    __tablename__ = "portal_typed_cards"
    prefix = "ptc"

    sub_account_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    setup_id: Mapped[UUID]
    is_kept: Mapped[bool] = mapped_column(default=False)
    typed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("customer_id", "customers"),
        tenant_key("setup_id", "card_setups"),
        UniqueConstraint("agency_id", "setup_id"),
    )
