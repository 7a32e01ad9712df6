"""What was used, as it was sent, and the batches it came in."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, TenantScoped, root_key, tenant_key
from agency.foundation.database.types import Rate, Word


class Origin(StrEnum):
    API = "api"
    FILE = "file"


class UsageBatch(Identified, Base):
    """The events that one request stored; rated as a whole, in a set with others.

    ``sub_account_id`` is set where the sender's key belongs to one; else the events are of any of the agency's.
    """

    __tablename__ = "usage_batches"
    prefix = "ubt"

    sub_account_id: Mapped[UUID | None]
    origin: Mapped[Origin] = mapped_column(Word(Origin))
    events: Mapped[int]
    received_at: Mapped[datetime]
    rating_id: Mapped[UUID | None]

    __table_args__ = (
        root_key(),
        Index("ix_usage_batches_waiting", "agency_id", "id", postgresql_where=text("rating_id IS NULL")),
        Index("ix_usage_batches_rating", "agency_id", "rating_id", postgresql_where=text("rating_id IS NOT NULL")),
    )


class UsageEvent(TenantScoped, Base):
    """One use of something, under the id that its sender gave it; rows are only added.

    The id comes before the sub-account in the key: senders make ids that grow, so new ones meet at the hot end of
    the index. No foreign key is checked for every row: who stores events has looked up what they name, and neither
    sub-accounts nor meters are ever deleted. ``corrects`` names an event of which this row takes ``quantity`` back.
    """

    __tablename__ = "usage_events"

    id: Mapped[str] = mapped_column(String, primary_key=True)
    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    meter_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    quantity: Mapped[Decimal] = mapped_column(Rate)
    member: Mapped[str | None]
    corrects: Mapped[str | None]
    properties: Mapped[JsonObject | None]

    __table_args__ = (
        Index("ix_usage_events_batch", "agency_id", "batch_id"),
        Index(
            "ix_usage_events_corrections",
            *("agency_id", "sub_account_id", "corrects"),
            postgresql_where=text("corrects IS NOT NULL"),
        ),
        {"postgresql_partition_by": "HASH (sub_account_id)"},
    )


class UsageMember(TenantScoped, Base):
    """Somebody of a sub-account, as events name them, with a name and a department for people to read."""

    __tablename__ = "usage_members"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    department: Mapped[str]

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"),)
