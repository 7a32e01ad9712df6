from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation import ids
from agency.foundation.database.base import Base, Identified, JsonObject, root_key, tenant_key
from agency.foundation.database.types import UtcTime, Word


class LoggedEvent(Identified, Base):
    """Something that happened, as programs outside hear of it. ``occurred_at`` is business time."""

    __tablename__ = "event_log"
    prefix = "evt"

    sub_account_id: Mapped[UUID | None]
    kind: Mapped[str]
    data: Mapped[JsonObject]
    occurred_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_event_log_kind", "agency_id", "kind", "id"),
        Index("ix_event_log_sub_account", "agency_id", "sub_account_id", "id"),
    )


class WhyOff(StrEnum):
    """*gone*: the receiver itself asked for it; *failing*: it has taken nothing for days."""

    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


class Endpoint(Identified, Base):
    """Where events are sent: the agency's own hears of everything, a sub-account's of that sub-account alone.

    Attributes:
        event_kinds: those it takes; none: all of them.
        app_id: the app of the marketplace whose events alone it takes.
        secret: signs what is sent, encrypted.
        old_secrets: those it replaced lately, newest first; they sign along until the moments beside them.
        contact: the address that hears when the platform switches it off.
        failing_since: when the first of an unbroken row of failures happened.
    """

    __tablename__ = "webhook_endpoints"
    prefix = "whe"

    sub_account_id: Mapped[UUID | None]
    url: Mapped[str]
    description: Mapped[str]
    event_kinds: Mapped[list[str]] = mapped_column(ARRAY(String))
    app_id: Mapped[UUID | None]
    secret: Mapped[bytes]
    old_secrets: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), default=list)
    old_secrets_until: Mapped[list[datetime]] = mapped_column(ARRAY(UtcTime), default=list)
    contact: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    off_since: Mapped[datetime | None]
    why_off: Mapped[WhyOff | None] = mapped_column(Word(WhyOff))

    __table_args__ = (root_key(), tenant_key("sub_account_id", "sub_accounts"))

    @property
    def name(self) -> str:
        return self.description or self.url

    @property
    def app_public_id(self) -> str | None:
        return ids.encode("app", self.app_id) if self.app_id else None

    @property
    def is_on(self) -> bool:
        return self.off_since is None

    def overlapping(self, now: datetime) -> list[tuple[bytes, datetime]]:
        """The replaced secrets that still sign along, each with its end. ``now`` is the wall's time."""
        pairs = zip(self.old_secrets, self.old_secrets_until, strict=True)
        return [(secret, until) for secret, until in pairs if until > now]


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Identified, Base):
    """An event on its way to an endpoint; it is sent by whoever holds the lease. All times are the wall's.

    Attributes:
        sub_account_id: the endpoint's, which may be empty where the event has one.
        tries: since it was first handed out, or last sent again by a person.
    """

    __tablename__ = "webhook_deliveries"
    prefix = "whd"

    sub_account_id: Mapped[UUID | None]
    event_id: Mapped[UUID]
    endpoint_id: Mapped[UUID]
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState), default=DeliveryState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("event_id", "event_log"),
        tenant_key("endpoint_id", "webhook_endpoints"),
        UniqueConstraint("agency_id", "event_id", "endpoint_id"),
        Index("ix_webhook_deliveries_endpoint", "agency_id", "endpoint_id", "id"),
    )

    def is_leased(self, now: datetime) -> bool:
        return self.lease_until is not None and self.lease_until > now

    def is_due(self, now: datetime) -> bool:
        return self.state is DeliveryState.PENDING and self.next_at <= now and not self.is_leased(now)


class Failure(StrEnum):
    """Why a receiver did not take what was sent."""

    PRIVATE_ADDRESS = "private_address"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"


class DeliveryAttempt(Identified, Base):
    """One try. Without an end nobody knows how it went: whoever sent it died meanwhile."""

    __tablename__ = "webhook_attempts"
    prefix = "wha"

    sub_account_id: Mapped[UUID | None]
    delivery_id: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[int | None]
    failure: Mapped[Failure | None] = mapped_column(Word(Failure))
    excerpt: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("delivery_id", "webhook_deliveries"),
        Index("ix_webhook_attempts_delivery", "agency_id", "delivery_id", "id"),
    )
