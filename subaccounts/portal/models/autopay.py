from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Word


class EndReason(StrEnum):
    SWITCHED_OFF = "switched_off"
    FAILED = "failed"


class Autopay(Identified, Base):
    """Somebody agreed that what is due of a customer is charged by itself to the card that stands first.

    ``look_at`` is when it next looks for what is due; None once it has ended. ``failed_days`` in a row, the last on
    ``failed_on``; the third ends it.
    """

    __tablename__ = "portal_autopays"
    prefix = "apy"

    sub_account_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    identity_id: Mapped[UUID]
    consent_text: Mapped[str]
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[str]
    failed_days: Mapped[int] = mapped_column(default=0)
    failed_on: Mapped[date | None]
    look_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[EndReason | None] = mapped_column(Word(EndReason))

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("customer_id", "customers"),
        tenant_key("identity_id", "portal_identities"),
        Index(
            "uq_portal_autopays_on",
            "agency_id",
            "customer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_portal_autopays_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )
