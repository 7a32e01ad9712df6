"""What invoices tell the floors above, in the transaction in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesOpened:
    """Any number of drafts became invoices; the ledger has them."""

    invoices: Sequence[Invoice]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceVoiding:
    """About to be voided: whoever has a payment in flight for it refuses by raising a ``DomainError``."""

    invoice: Invoice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceVoided:
    invoice: Invoice
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedNote:
    """``note.refund`` of it is to be given back to the payer; the rest that was paid is kept for the account."""

    note: CreditNote
    invoice: Invoice | None
    billing_account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNotesIssued:
    """Any number of credit notes, by hand or by a run; the ledger has them."""

    issued: Sequence[IssuedNote]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSettled:
    """Its balance changed by ``amount`` (below zero: reopened by a reversed payment)."""

    invoice: Invoice
    amount: Money
    at: datetime
