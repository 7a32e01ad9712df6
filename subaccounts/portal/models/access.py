from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Word


class GrantScope(StrEnum):
    """What of a customer somebody may open. Documents, messages and appointments will be further ones."""

    BILLING = "billing"


class Grant(Identified, Base):
    """Staff let an identity manage a customer, from a day on and up to a day, that one included."""

    __tablename__ = "portal_grants"
    prefix = "pgr"

    sub_account_id: Mapped[UUID]
    identity_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    scope: Mapped[GrantScope] = mapped_column(Word(GrantScope), default=GrantScope.BILLING)
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("identity_id", "portal_identities"),
        tenant_key("customer_id", "customers"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_it_begins"),
        Index("ix_portal_grants_customer", "agency_id", "customer_id"),
        Index(
            "uq_portal_grants_standing",
            "agency_id",
            "identity_id",
            "customer_id",
            "scope",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    def is_active(self, today: date) -> bool:
        begun = self.begins_on <= today
        return self.revoked_at is None and begun and (self.ends_on is None or today <= self.ends_on)


class RequestState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


class AccessRequest(Identified, Base):
    """*I'm a new client*: somebody asks to be let in, and staff decide. One waits per address."""

    __tablename__ = "portal_access_requests"
    prefix = "par"

    sub_account_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str]
    note: Mapped[str | None]
    state: Mapped[RequestState] = mapped_column(Word(RequestState), default=RequestState.WAITING)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    customer_id: Mapped[UUID | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("customer_id", "customers"),
        Index(
            "uq_portal_access_requests_waiting",
            "agency_id",
            "sub_account_id",
            "email",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )
