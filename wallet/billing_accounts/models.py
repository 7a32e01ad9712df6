from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Word


class PayerKind(StrEnum):
    SUB_ACCOUNT = "sub_account"
    CUSTOMER = "customer"


class Payer(Identified, Base):
    """Who pays: a sub-account its agency, or a customer the sub-account named here. It owns cards and accounts."""

    __tablename__ = "payers"
    prefix = "pyr"

    sub_account_id: Mapped[UUID]
    kind: Mapped[PayerKind] = mapped_column(Word(PayerKind))
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index(
            "uq_payers_sub_account",
            "agency_id",
            "sub_account_id",
            unique=True,
            postgresql_where=text("kind = 'sub_account'"),
        ),
    )


class BillingAccount(Identified, Base):
    """To whom documents are made out, in one currency. ``tax_ids`` is a list of ``{"type", "value"}``."""

    __tablename__ = "billing_accounts"
    prefix = "bil"

    sub_account_id: Mapped[UUID]
    payer_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    legal_name: Mapped[str]
    email: Mapped[str | None]
    locale: Mapped[str]
    country: Mapped[str]
    line1: Mapped[str | None]
    line2: Mapped[str | None]
    city: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    tax_ids: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payer_id", "payers"),
        UniqueConstraint("agency_id", "payer_id", "currency"),
    )

    @property
    def name(self) -> str:
        return self.legal_name
