from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from subaccounts.imports.models import InvoiceImport


def invoice_import(import_id: UUID, *, sub_account_id: UUID) -> InvoiceImport:
    """Raises NotFound: none such of the sub-account."""
    found = session.get(InvoiceImport, (scope.agency_id(), import_id), populate_existing=True)
    if found is None or found.sub_account_id != sub_account_id:
        raise NotFound
    return found


def imports(sub_account_id: UUID, *, cursor: str | None = None) -> Page[InvoiceImport]:
    """Newest first."""
    query = select(InvoiceImport).where(InvoiceImport.sub_account_id == sub_account_id)
    return paged(query, InvoiceImport.id, cursor=cursor, limit=25)
