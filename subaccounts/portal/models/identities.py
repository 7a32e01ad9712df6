from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Word


class Identity(Identified, Base):
    """Who comes into one sub-account's portal: an e-mail address. At another sub-account it is somebody else.

    ``registered_at`` is when its first link was used.
    """

    __tablename__ = "portal_identities"
    prefix = "pid"

    sub_account_id: Mapped[UUID]
    email: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str | None]
    created_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "email"),
    )


class LinkPurpose(StrEnum):
    WELCOME = "welcome"
    SIGN_IN = "sign_in"
    NEW_EMAIL = "new_email"


class PortalLink(Identified, Base):
    """A mailed link, and the code beside it: either works once, within its time. Opening it spends nothing.

    ``email`` is where it was sent: for a new address what it proves. ``code`` is encrypted; after too many
    ``wrong_codes`` only the link itself works.
    """

    __tablename__ = "portal_links"
    prefix = "plk"

    sub_account_id: Mapped[UUID]
    identity_id: Mapped[UUID]
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    email: Mapped[str]
    digest: Mapped[bytes]
    code: Mapped[bytes]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("identity_id", "portal_identities"),
        UniqueConstraint("agency_id", "digest"),
        Index("ix_portal_links_identity", "agency_id", "identity_id"),
    )

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.expires_at > now


class PortalSession(Identified, Base):
    """One browser's sign-in to one portal: listed to its person, revocable, and until when it holds."""

    __tablename__ = "portal_sessions"
    prefix = "pse"

    sub_account_id: Mapped[UUID]
    identity_id: Mapped[UUID]
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None]
    browser: Mapped[str]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("identity_id", "portal_identities"),
        UniqueConstraint("agency_id", "digest"),
        Index("ix_portal_sessions_identity", "agency_id", "identity_id"),
    )
