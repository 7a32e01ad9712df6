from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, root_key, tenant_key


class UsageUpload(Identified, Base):
    """A file of usage events: read a part at a time, each part stored with how far the file is read.

    ``faults`` holds ``{"line", "id", "reason"}`` of the lines that were not taken, at most so many as a person
    reads. The content is dropped once it is read.
    """

    __tablename__ = "usage_uploads"
    prefix = "upl"

    sub_account_id: Mapped[UUID]
    file_name: Mapped[str]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    lines: Mapped[int]
    lines_read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[JsonObject]] = mapped_column(JSONB, default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    finished_at: Mapped[datetime | None]

    __table_args__ = (root_key(), tenant_key("sub_account_id", "sub_accounts"))
