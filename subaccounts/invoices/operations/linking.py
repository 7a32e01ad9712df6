"""Secret addresses that show one invoice to whoever has them, until they expire."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from subaccounts.invoices.models.invoices import Invoice, InvoiceLink

VALID = timedelta(days=90)


def link_to(invoice: Invoice, *, now: datetime) -> Token:
    """A fresh secret for the invoice; it is kept only as a hash, so it cannot be told again."""
    token = Token.issue(scope.agency_id())
    session.add(
        InvoiceLink(
            sub_account_id=invoice.sub_account_id,
            invoice_id=invoice.id,
            digest=token.digest,
            created_at=now,
            expires_at=now + VALID,
        )
    )
    session.flush()
    return token


def linked_invoice(token: Token, *, now: datetime) -> UUID | None:
    """The invoice a secret shows; None when there is none such, or it has expired. In the token's own scope."""
    return session.scalar(
        select(InvoiceLink.invoice_id).where(InvoiceLink.digest == token.digest, InvoiceLink.expires_at > now)
    )
