from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key, tenant_key
from agency.foundation.database.types import Word


class MerchantKind(StrEnum):
    """*platform*: the operator's own account, the default; *connected*: one that gave the platform access."""

    PLATFORM = "platform"
    CONNECTED = "connected"
    OWN_KEY = "own_key"


class MerchantAccount(Identified, Base):
    """Whose account at the processor receives: the agency's, or with ``sub_account_id`` a sub-account's own.

    A retired one charges no more; refunds of what it took still go through it. Secrets are kept encrypted.
    """

    __tablename__ = "merchant_accounts"
    prefix = "mer"

    sub_account_id: Mapped[UUID | None]
    kind: Mapped[MerchantKind] = mapped_column(Word(MerchantKind))
    name: Mapped[str]
    country: Mapped[str | None]
    stripe_account: Mapped[str | None]
    secret_key: Mapped[bytes | None]
    publishable_key: Mapped[str | None]
    webhook_secret: Mapped[bytes | None]
    charges_enabled: Mapped[bool]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        Index(
            "uq_merchant_accounts_active",
            "agency_id",
            "sub_account_id",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    @property
    def is_active(self) -> bool:
        return self.retired_at is None
