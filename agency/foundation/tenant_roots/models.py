from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, TenantScoped


class TenantRoot(TenantScoped, Base):
    """What every table of an agency points to: its name in addresses, and the clock of a sandbox."""

    __tablename__ = "tenant_roots"

    slug: Mapped[str] = mapped_column(unique=True)
    is_sandbox: Mapped[bool]
    sandbox_time: Mapped[datetime | None]
    created_at: Mapped[datetime]
