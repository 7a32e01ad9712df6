from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, TenantScoped, tenant_key


class RenewalNotice(TenantScoped, Base):
    """Until which moment of a subscription its person was told of what comes, where there was something to tell."""

    __tablename__ = "renewal_notices"

    subscription_id: Mapped[UUID] = mapped_column(primary_key=True)
    looked_until: Mapped[datetime]

    __table_args__ = (tenant_key("subscription_id", "subscriptions"),)
