from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, case, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, TenantScoped, tenant_key
from agency.foundation.database.types import Micros, Word
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns, Seller


class State(StrEnum):
    """*Closed* when nothing is left to pay; past due, partly paid, paid and written off are derived."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


class Invoice(DocumentColumns, Identified, Base):
    """An opened invoice. ``document`` is what it said when it was opened and ``document_hash`` its SHA-256.

    Only its state, what was settled of it, and ``payer_correction`` (name, street, tax id) may change after that.
    """

    __tablename__ = "invoices"
    prefix = "inv"

    state: Mapped[State] = mapped_column(Word(State), default=State.OPEN)
    series_id: Mapped[UUID]
    number: Mapped[int]
    number_text: Mapped[str]
    issued_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    paid_micros: Mapped[int] = mapped_column(Micros, default=0)
    credited_micros: Mapped[int] = mapped_column(Micros, default=0)
    written_off_micros: Mapped[int] = mapped_column(Micros, default=0)
    closed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    payer_correction: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    document: Mapped[JsonObject] = mapped_column(JSONB, deferred=True)
    document_hash: Mapped[str]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("billing_account_id", "billing_accounts"),
        tenant_key("customer_id", "customers"),
        tenant_key("series_id", "invoice_series"),
        UniqueConstraint("agency_id", "series_id", "number"),
        CheckConstraint("least(paid_micros, credited_micros, written_off_micros) >= 0", name="parts_never_negative"),
        CheckConstraint(
            "paid_micros + credited_micros + written_off_micros + wallet_micros <= total_micros",
            name="balance_never_negative",
        ),
        CheckConstraint(
            "state = 'void' OR (state = 'closed') ="
            " (paid_micros + credited_micros + written_off_micros + wallet_micros = total_micros)",
            name="closed_at_zero",
        ),
        CheckConstraint("(state = 'void') = (voided_at IS NOT NULL AND void_reason IS NOT NULL)", name="void_said_why"),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
        Index("ix_invoices_seller", "agency_id", "sub_account_id", "seller", "id"),
        Index("ix_invoices_customer", "agency_id", "customer_id", "id"),
        Index("ix_invoices_due", "agency_id", "sub_account_id", "due_on", postgresql_where=text("state = 'open'")),
        Index(
            "ix_invoices_origin", "agency_id", "sub_account_id", "origin", postgresql_where=text("origin IS NOT NULL")
        ),
    )

    @hybrid_property
    def balance_micros(self) -> int:
        """Total - allocations - credits - what was written off; zero once it is void."""
        if self.state is State.VOID:
            return 0
        settled = self.paid_micros + self.credited_micros + self.written_off_micros + self.wallet_micros
        return self.total_micros - settled

    @balance_micros.inplace.expression
    @classmethod
    def _balance_micros(cls) -> Any:  # noqa: ANN401  # An expression of SQL.
        settled = cls.paid_micros + cls.credited_micros + cls.written_off_micros + cls.wallet_micros
        return case((cls.state == State.VOID, 0), else_=cls.total_micros - settled)

    @property
    def balance(self) -> Money:
        return Money(self.balance_micros, self.currency)

    @property
    def paid(self) -> Money:
        """What payments were allocated to it; not what a wallet paid before it was opened."""
        return Money(self.paid_micros, self.currency)

    @property
    def credited(self) -> Money:
        return Money(self.credited_micros, self.currency)

    @property
    def written_off(self) -> Money:
        return Money(self.written_off_micros, self.currency)

    @property
    def name(self) -> str:
        return self.number_text


class InvoiceLine(LineColumns, Identified, Base):
    """Frozen: nobody may change or delete it."""

    __tablename__ = "invoice_lines"
    prefix = "iln"

    invoice_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    seller: Mapped[Seller] = mapped_column(Word(Seller))

    __table_args__ = (
        tenant_key("invoice_id", "invoices"),
        Index("ix_invoice_lines_invoice", "agency_id", "invoice_id", "position"),
    )


class StoredPdf(TenantScoped, Base):
    """The PDF of frozen data, typeset once: ``digest`` names the data, of an invoice or a credit note."""

    __tablename__ = "stored_pdfs"

    digest: Mapped[str] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"),)


class InvoiceLink(Identified, Base):
    """A secret address that shows one invoice to whoever has it, until it expires."""

    __tablename__ = "invoice_links"
    prefix = "ilk"

    sub_account_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("invoice_id", "invoices"),
        UniqueConstraint("agency_id", "digest"),
    )
