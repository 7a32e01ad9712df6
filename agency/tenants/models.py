from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from agency.foundation import ids
from agency.foundation.database.base import Base, Identified, TenantScoped, root_key, tenant_key
from agency.foundation.database.types import Currency, Word


class Agency(TenantScoped, Base):
    """Who sells. Its settings are the defaults of its sub-accounts, its branding is what their people see.

    ``usage_days_back`` is how many days after it occurred usage is still taken.
    """

    __tablename__ = "agencies"
    prefix: ClassVar[str] = "agy"

    name: Mapped[str]
    slug: Mapped[str]
    country: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    time_zone: Mapped[str]
    locale: Mapped[str]
    support_email: Mapped[str | None]
    second_factor_required: Mapped[bool] = mapped_column(default=False)
    usage_days_back: Mapped[int] = mapped_column(default=35)
    portal_name: Mapped[str | None]
    accent: Mapped[str | None]
    logo_digest: Mapped[str | None]
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime]

    __table_args__ = (root_key(),)

    @property
    def id(self) -> UUID:
        return self.agency_id

    @property
    def public_id(self) -> str:
        return ids.encode(self.prefix, self.agency_id)


class KeptLogo(TenantScoped, Base):
    """A picture that an agency or one of its sub-accounts has, or had: documents that were made with it show it."""

    __tablename__ = "logos"

    digest: Mapped[str] = mapped_column(primary_key=True)
    png: Mapped[bytes]

    __table_args__ = (root_key(),)


class SubAccountState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class SubAccount(Identified, Base):
    """Who buys from the agency, and bills its own end customers."""

    __tablename__ = "sub_accounts"
    prefix = "sac"

    name: Mapped[str]
    state: Mapped[SubAccountState] = mapped_column(Word(SubAccountState), default=SubAccountState.ACTIVE)
    country: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    time_zone: Mapped[str]
    locale: Mapped[str]
    email: Mapped[str | None]
    reference: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        root_key(),
        Index(
            "uq_sub_accounts_reference",
            "agency_id",
            "reference",
            unique=True,
            postgresql_where=text("reference IS NOT NULL"),
        ),
    )

    @property
    def is_open(self) -> bool:
        return self.state is not SubAccountState.CLOSED


class SuspensionKind(StrEnum):
    PAUSE = "pause"
    CLOSURE = "closure"


class Suspension(Identified, Base):
    """A pause or a closure: who, why, from when to when. The newest unended ones give the state."""

    __tablename__ = "sub_account_suspensions"
    prefix = "sus"

    sub_account_id: Mapped[UUID]
    kind: Mapped[SuspensionKind] = mapped_column(Word(SuspensionKind))
    reason: Mapped[str]
    began_at: Mapped[datetime]
    began_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index(
            "uq_sub_account_suspensions_open",
            "agency_id",
            "sub_account_id",
            "kind",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
