"""A customer's documents: opened invoices and what hangs from them. Drafts are not even readable here."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice


def invoices(customer_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[Invoice]:
    """Newest first."""
    query = select(Invoice).where(Invoice.customer_id == customer_id, Invoice.seller == Seller.SUB_ACCOUNT)
    return paged(query.execution_options(prepared=True), Invoice.id, cursor=cursor, limit=limit)


def invoices_by_id(invoice_ids: Iterable[UUID]) -> dict[UUID, Invoice]:
    """In one query."""
    rows = session.scalars(select(Invoice).where(Invoice.id.in_(set(invoice_ids))))
    return {row.id: row for row in rows}


def count_invoices(customer_id: UUID) -> int:
    query = select(func.count()).where(Invoice.customer_id == customer_id, Invoice.seller == Seller.SUB_ACCOUNT)
    return int(session.scalar(query.execution_options(prepared=True)) or 0)


def invoice(invoice_id: UUID, customer_id: UUID) -> Invoice:
    """With all that it says.

    Raises:
        NotFound: none such, a draft, or of another profile.
    """
    key = (scope.agency_id(), invoice_id)
    found = session.get(Invoice, key, options=[undefer(Invoice.document)], populate_existing=True)
    if found is None or found.customer_id != customer_id or found.seller is not Seller.SUB_ACCOUNT:
        raise NotFound
    return found
