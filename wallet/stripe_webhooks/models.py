from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, tenant_key
from agency.foundation.database.types import Word


class InboxState(StrEnum):
    """*ignored*: stored, and none of our business."""

    WAITING = "waiting"
    HANDLED = "handled"
    IGNORED = "ignored"
    FAILED = "failed"


class ProcessorEvent(Identified, Base):
    """A webhook as it came, once: the processor's event id is unique for a merchant account."""

    __tablename__ = "processor_events"
    prefix = "pev"

    merchant_account_id: Mapped[UUID]
    stripe_event: Mapped[str]
    kind: Mapped[str]
    body: Mapped[JsonObject]
    state: Mapped[InboxState] = mapped_column(Word(InboxState), default=InboxState.WAITING)
    failure: Mapped[str | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("merchant_account_id", "merchant_accounts"),
        UniqueConstraint("agency_id", "merchant_account_id", "stripe_event"),
    )
