from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from agency.foundation.database.base import Base, Identified, root_key, tenant_key
from agency.foundation.database.types import Word
from agency.staff.roles import Role

KEY_PREFIX = "ck_"  # Before the text of every API key, so that a leaked one is known for what it is.


class Person(Identified, Base):
    """Somebody who signs in. A person of two agencies is two rows: tenants never meet."""

    __tablename__ = "people"
    prefix = "per"

    email: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str | None]
    password_hash: Mapped[str | None]
    totp_seed: Mapped[bytes | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_step_used: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        UniqueConstraint("agency_id", "email"),
        Index("ix_people_email", "email"),
    )

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class RecoveryCode(Identified, Base):
    """A single-use substitute for the second factor, kept as a hash."""

    __tablename__ = "recovery_codes"
    prefix = "rec"

    person_id: Mapped[UUID]
    digest: Mapped[bytes]
    used_at: Mapped[datetime | None]

    __table_args__ = (tenant_key("person_id", "people"), Index("ix_recovery_codes_person", "agency_id", "person_id"))


class Membership(Identified, Base):
    """A person's role: in the agency where ``sub_account_id`` is empty, else in that sub-account's panel."""

    __tablename__ = "memberships"
    prefix = "mem"

    person_id: Mapped[UUID]
    sub_account_id: Mapped[UUID | None]
    role: Mapped[Role] = mapped_column(Word(Role))
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("person_id", "people"),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "person_id", "sub_account_id", postgresql_nulls_not_distinct=True),
    )


class Invitation(Identified, Base):
    """A role offered to an address; its link is accepted once, within its days."""

    __tablename__ = "invitations"
    prefix = "ivt"

    email: Mapped[str]
    sub_account_id: Mapped[UUID | None]
    role: Mapped[Role] = mapped_column(Word(Role))
    digest: Mapped[bytes]
    invited_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "digest"),
        Index(
            "uq_invitations_open",
            "agency_id",
            "email",
            text("coalesce(sub_account_id, '00000000-0000-0000-0000-000000000000')"),
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    @property
    def name(self) -> str:
        return self.email

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    PASSWORD = "password"  # noqa: S105  # The name of a purpose.


class MailedLink(Identified, Base):
    """A secret link to come in or to set a password: once, within its time. Opening it spends nothing."""

    __tablename__ = "mailed_links"
    prefix = "lnk"

    person_id: Mapped[UUID]
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (tenant_key("person_id", "people"), UniqueConstraint("agency_id", "digest"))

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.expires_at > now


class SignIn(Identified, Base):
    """One browser's sign-in: listed to its person, revocable, and until when it holds."""

    __tablename__ = "sign_ins"
    prefix = "sgn"

    person_id: Mapped[UUID]
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    needs_code: Mapped[bool] = mapped_column(default=False)
    viewing_sub_account_id: Mapped[UUID | None]
    address: Mapped[str | None]
    browser: Mapped[str]

    __table_args__ = (
        tenant_key("person_id", "people"),
        tenant_key("viewing_sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "digest"),
        Index("ix_sign_ins_person", "agency_id", "person_id"),
    )


class ApiKey(Identified, Base):
    """A program's key to the agency, to one sub-account, or of an app to one install; shown once, kept as a hash."""

    __tablename__ = "api_keys"
    prefix = "key"

    name: Mapped[str]
    sub_account_id: Mapped[UUID | None]
    install_id: Mapped[UUID | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    digest: Mapped[bytes]
    hint: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "digest"),
    )
