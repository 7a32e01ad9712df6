"""Credit notes of invoices are written: numbered, and with their documents frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.invoices.models.sellers import SeriesKind
from subaccounts.invoices.notes import head_of, note_document
from subaccounts.invoices.operations import numbering
from subaccounts.invoices.rules.canonical import digest_of
from subaccounts.invoices.rules.crediting import LineLeft, Split
from subaccounts.invoices.sellers import SellerAtHand, seller_id


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """What is taken back of a line."""

    line: InvoiceLine
    taken: LineLeft


def write_note(
    note_id: UUID,
    invoice: Invoice,
    parts: Sequence[CreditedLine],
    goes: Split,
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> CreditNote:
    """Number it, the series' lock last, and store it with its lines."""
    seller = SellerAtHand(seller_id(invoice.seller, invoice.sub_account_id))
    prefix = seller.terms.credit_note_prefix
    taken = numbering.take(seller.sub_account_id, SeriesKind.CREDIT_NOTE, prefix, 1, today=seller.today(now))
    columns = _copied(invoice) | _numbered(taken) | _figures(parts, goes)
    note = CreditNote(id=note_id, reason=reason, created_at=now, created_by=by.name, **columns)
    said = [(part.line.description, part.taken.net, part.taken.tax) for part in parts]
    note.document = note_document(note, said, head=head_of(invoice), seller=seller, invoice=invoice)
    note.document_hash = digest_of(note.document)
    session.add(note)
    session.flush()
    session.add_all([_line(note, part, position) for position, part in enumerate(parts, start=1)])
    session.flush()
    return note


def _copied(invoice: Invoice) -> dict[str, Any]:
    """What a note has of the invoice it names."""
    return {
        "sub_account_id": invoice.sub_account_id,
        "seller": invoice.seller,
        "customer_id": invoice.customer_id,
        "payer_id": invoice.payer_id,
        "payer_name": invoice.payer_name,
        "invoice_id": invoice.id,
        "currency": invoice.currency,
    }


def _numbered(taken: numbering.Range) -> dict[str, Any]:
    return {
        "series_id": taken.series_id,
        "number": taken.first,
        "number_text": taken.text(taken.first),
        "issued_on": taken.issued_on,
    }


def _figures(parts: Sequence[CreditedLine], goes: Split) -> dict[str, int]:
    net = sum(part.taken.net.micros for part in parts)
    tax = sum(part.taken.tax.micros for part in parts)
    return {
        "net_micros": net,
        "tax_micros": tax,
        "total_micros": net + tax,
        "applied_micros": goes.applied.micros,
        "credit_micros": goes.credit.micros,
        "refund_micros": goes.refund.micros,
    }


def _line(note: CreditNote, part: CreditedLine, position: int) -> CreditNoteLine:
    return CreditNoteLine(
        sub_account_id=note.sub_account_id,
        seller=note.seller,
        customer_id=note.customer_id,
        credit_note_id=note.id,
        invoice_line_id=part.line.id,
        position=position,
        description=part.line.description,
        net_micros=part.taken.net.micros,
        tax_micros=part.taken.tax.micros,
        currency=note.currency,
        taxes=part.line.taxes,
    )
