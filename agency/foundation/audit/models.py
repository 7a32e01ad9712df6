from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from agency.foundation import ids
from agency.foundation.database.base import Base, Identified, JsonObject, root_key


class AuditEntry(Identified, Base):
    """Who did what to which thing, and how it stood before and after. Rows are only added."""

    __tablename__ = "audit_entries"
    prefix = "aud"

    sub_account_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    subject_name: Mapped[str]
    before: Mapped[JsonObject]
    after: Mapped[JsonObject]
    address: Mapped[str | None]
    request_id: Mapped[str | None]

    __table_args__ = (
        root_key(),
        Index("ix_audit_entries_newest", "agency_id", "id"),
        Index("ix_audit_entries_sub_account", "agency_id", "sub_account_id", "id"),
    )

    @property
    def public_subject_id(self) -> str:
        return ids.encode(self.subject_type, self.subject_id)
