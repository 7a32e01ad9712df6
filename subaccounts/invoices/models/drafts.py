from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation import ids
from agency.foundation.database.base import Base, Identified, JsonObject, tenant_key
from agency.foundation.database.types import Word
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns, Seller

DOCUMENT = "inv"


class InvoiceDraft(DocumentColumns, Identified, Base):
    """An invoice nobody but its seller knows of. It keeps its id when it is opened; discarding deletes it.

    ``open_at`` is when it opens by itself, after the seller's grace period; None: somebody opens it.
    """

    __tablename__ = "invoice_drafts"
    prefix = "dft"

    open_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("billing_account_id", "billing_accounts"),
        tenant_key("customer_id", "customers"),
        Index("ix_invoice_drafts_seller", "agency_id", "sub_account_id", "seller", "id"),
        Index("ix_invoice_drafts_open_at", "open_at", postgresql_where=text("open_at IS NOT NULL")),
        Index(
            "uq_invoice_drafts_origin",
            "agency_id",
            "sub_account_id",
            "seller",
            "origin",
            unique=True,
            postgresql_where=text("origin IS NOT NULL"),
        ),
    )

    @property
    def public_id(self) -> str:
        """The document's id, given now and kept when it is opened."""
        return ids.encode(DOCUMENT, self.id)

    @property
    def name(self) -> str:
        return self.payer_name


class InvoiceDraftLine(LineColumns, Identified, Base):
    __tablename__ = "invoice_draft_lines"
    prefix = "dln"

    draft_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))

    __table_args__ = (
        tenant_key("draft_id", "invoice_drafts"),
        tenant_key("provider_id", "service_providers"),
        Index("ix_invoice_draft_lines_draft", "agency_id", "draft_id", "position"),
    )


class ReleasedLine(Identified, Base):
    """A generated line whose draft was discarded, or whose invoice was voided; it keeps the line's id.

    ``again``: the next run bills it, and the line that does is ``billed_by``; else it is never billed, for the
    reason given. ``line`` is all of it, so that it can be written once more.
    """

    __tablename__ = "released_lines"
    prefix = "rll"

    sub_account_id: Mapped[UUID]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    billing_account_id: Mapped[UUID]
    again: Mapped[bool]
    reason: Mapped[str | None]
    line: Mapped[JsonObject]
    billed_by: Mapped[UUID | None]
    released_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("billing_account_id", "billing_accounts"),
        Index(
            "ix_released_lines_waiting",
            "agency_id",
            "billing_account_id",
            postgresql_where=text("again AND billed_by IS NULL"),
        ),
    )
