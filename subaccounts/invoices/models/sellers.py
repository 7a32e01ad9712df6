from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, root_key, tenant_key
from agency.foundation.database.types import Word
from agency.plans.rules.tax import Rounding


class Grouping(StrEnum):
    """One document for all of a billing period, or one for each service provider."""

    COMBINED = "combined"
    BY_PROVIDER = "by_provider"


class SellerTerms(Identified, Base):
    """How a seller invoices; ``sub_account_id`` None is the agency itself.

    ``custom_fields`` are the labels of further fields on its documents. ``grace_hours`` None: drafts wait until
    somebody opens them. ``accent`` and ``logo_digest`` are a sub-account's own; an agency has them with its branding.
    ``tax_ids_shown``: payers' tax ids stand in full on documents, else masked.
    """

    __tablename__ = "seller_terms"
    prefix = "slt"

    sub_account_id: Mapped[UUID | None]
    legal_name: Mapped[str | None]
    address: Mapped[str | None]
    tax_id: Mapped[str | None]
    email: Mapped[str | None]
    due_days: Mapped[int]
    grace_hours: Mapped[int | None]
    prices_include_tax: Mapped[bool]
    rounding: Mapped[Rounding] = mapped_column(Word(Rounding))
    grouping: Mapped[Grouping] = mapped_column(Word(Grouping))
    invoice_prefix: Mapped[str]
    credit_note_prefix: Mapped[str]
    custom_fields: Mapped[list[str]] = mapped_column(JSONB)
    notes: Mapped[str | None]
    terms: Mapped[str | None]
    how_to_pay: Mapped[str | None]
    tax_ids_shown: Mapped[bool]
    accent: Mapped[str | None]
    logo_digest: Mapped[str | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("due_days >= 0", name="due_after_issue"),
    )

    @property
    def name(self) -> str:
        return self.legal_name or ""


class SeriesKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Series(Identified, Base):
    """Legal numbers of one seller, without gaps: whoever numbers documents locks the row, last of all."""

    __tablename__ = "invoice_series"
    prefix = "ser"

    sub_account_id: Mapped[UUID | None]
    kind: Mapped[SeriesKind] = mapped_column(Word(SeriesKind))
    number_prefix: Mapped[str]
    next_number: Mapped[int]
    last_issued_on: Mapped[date | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "kind", "number_prefix", postgresql_nulls_not_distinct=True),
    )
