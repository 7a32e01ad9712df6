from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, JsonObject, TenantScoped, root_key
from agency.foundation.tenancy import scope


class IdempotencyKey(TenantScoped, Base):
    """The first answer to a request, kept with what that request did, for whoever sends it again."""

    __tablename__ = "idempotency_keys"

    visitor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID | None] = mapped_column(default=scope.sub_account_id)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[JsonObject]
    created_at: Mapped[datetime]

    __table_args__ = (root_key(),)
