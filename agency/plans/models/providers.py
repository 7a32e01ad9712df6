from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from agency.foundation.database.base import Base, Identified, root_key, tenant_key


class ServiceProvider(Identified, Base):
    """Who gives what is sold: a professional with a licence, a clinic's branch.

    ``sub_account_id`` is the seller in whose name they give it, None the agency. A product of the agency names one
    for its lines; lines written by hand name theirs.
    """

    __tablename__ = "service_providers"
    prefix = "prv"

    sub_account_id: Mapped[UUID | None]
    name: Mapped[str]
    licence_number: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_service_providers_seller", "agency_id", "sub_account_id", "id"),
    )
