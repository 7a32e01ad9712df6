from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key


class Portal(Identified, Base):
    """Where a sub-account's end customers come in: its address, which no other portal has, and its face.

    What is empty is as the sub-account and its agency have it.
    """

    __tablename__ = "portals"
    prefix = "por"

    sub_account_id: Mapped[UUID]
    slug: Mapped[str]
    name: Mapped[str | None]
    accent: Mapped[str | None]
    logo_digest: Mapped[str | None]
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id"),
        UniqueConstraint("slug"),
    )
