from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller


class CreditNote(Identified, Base):
    """Takes back a part of an invoice, which it names, or what a run gives back. It never changes.

    ``applied_micros`` lowered the invoice's balance. The rest was paid already: ``refund_micros`` of it is to be
    given back, ``credit_micros`` stays as the payer's credit.
    """

    __tablename__ = "credit_notes"
    prefix = "crn"

    sub_account_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    customer_id: Mapped[UUID | None]
    payer_id: Mapped[UUID]
    payer_name: Mapped[str]
    invoice_id: Mapped[UUID | None]
    series_id: Mapped[UUID]
    number: Mapped[int]
    number_text: Mapped[str]
    issued_on: Mapped[date]
    reason: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    net_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    total_micros: Mapped[int] = mapped_column(Micros)
    applied_micros: Mapped[int] = mapped_column(Micros)
    credit_micros: Mapped[int] = mapped_column(Micros)
    refund_micros: Mapped[int] = mapped_column(Micros)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    document: Mapped[JsonObject] = mapped_column(JSONB, deferred=True)
    document_hash: Mapped[str]

    __table_args__ = (
        tenant_key("invoice_id", "invoices"),
        tenant_key("series_id", "invoice_series"),
        UniqueConstraint("agency_id", "series_id", "number"),
        CheckConstraint("total_micros > 0", name="total_positive"),
        CheckConstraint("net_micros + tax_micros = total_micros", name="net_and_tax_make_the_total"),
        CheckConstraint("least(applied_micros, credit_micros, refund_micros) >= 0", name="parts_never_negative"),
        CheckConstraint("applied_micros + credit_micros + refund_micros = total_micros", name="parts_make_the_total"),
        Index("ix_credit_notes_invoice", "agency_id", "invoice_id"),
        Index("ix_credit_notes_seller", "agency_id", "sub_account_id", "seller", "id"),
    )

    @property
    def total(self) -> Money:
        return Money(self.total_micros, self.currency)

    @property
    def net(self) -> Money:
        return Money(self.net_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def applied(self) -> Money:
        return Money(self.applied_micros, self.currency)

    @property
    def credit(self) -> Money:
        return Money(self.credit_micros, self.currency)

    @property
    def refund(self) -> Money:
        return Money(self.refund_micros, self.currency)

    @property
    def name(self) -> str:
        return self.number_text


class CreditNoteLine(Identified, Base):
    """What is taken back of one line of the invoice, or of what ``source`` names as a line of an invoice does."""

    __tablename__ = "credit_note_lines"
    prefix = "cnl"

    sub_account_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    customer_id: Mapped[UUID | None]
    credit_note_id: Mapped[UUID]
    invoice_line_id: Mapped[UUID | None]
    position: Mapped[int]
    description: Mapped[str]
    net_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    taxes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        tenant_key("credit_note_id", "credit_notes"),
        tenant_key("invoice_line_id", "invoice_lines"),
        Index("ix_credit_note_lines_note", "agency_id", "credit_note_id", "position"),
    )

    @property
    def net(self) -> Money:
        return Money(self.net_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def gross(self) -> Money:
        return Money(self.net_micros + self.tax_micros, self.currency)

    @property
    def amount_micros(self) -> int:
        """As a line of an invoice would have it: below zero where it gives back."""
        return -self.net_micros
