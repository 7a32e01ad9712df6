"""Documents as files."""

from datetime import datetime

from subaccounts.invoices import queries
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.operations.documents import draft_pdf, pdf_of
from subaccounts.invoices.queries import Document


def pdf_bytes(found: Document, *, now: datetime) -> bytes:
    """An invoice's stored PDF, or a draft's as it stands."""
    if isinstance(found, InvoiceDraft):
        return draft_pdf(queries.said(found), dated=found.created_at)
    return pdf_of(found, now=now)
