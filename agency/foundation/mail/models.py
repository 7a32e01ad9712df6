from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key
from agency.foundation.tenancy import scope


class OutgoingMail(Identified, Base):
    """A mail promised by a transaction. Once sent its words are cleared: links in them are secrets."""

    __tablename__ = "outgoing_mails"
    prefix = "mai"

    sub_account_id: Mapped[UUID | None] = mapped_column(default=scope.sub_account_id)
    recipient: Mapped[str]
    sender_name: Mapped[str]
    template: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    unsubscribe: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (root_key(),)
