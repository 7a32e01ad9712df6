"""Documents that come to less than zero are credit notes: what they give is their payers' credit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.models import AuditEntry
from agency.foundation.audit.operations import entry
from agency.foundation.database.inserting import insert_rows
from agency.foundation.database.session import session
from agency.foundation.events import publish
from agency.foundation.money import Money
from subaccounts.invoices.booking import crediting
from subaccounts.invoices.events import CreditNotesIssued, IssuedNote
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.models.sellers import SeriesKind
from subaccounts.invoices.notes import head_for, note_document
from subaccounts.invoices.operations import numbering
from subaccounts.invoices.operations.composing import PASSING, Composed, DraftWish, compose
from subaccounts.invoices.operations.costing import costs_of, total_of
from subaccounts.invoices.rules.canonical import digest_of
from subaccounts.invoices.sellers import SellerAtHand
from wallet.billing_accounts.models import BillingAccount
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting


def give_back(
    wishes: Sequence[DraftWish],
    reasons: Mapping[UUID, str],
    named: Mapping[UUID, Invoice],
    *,
    by: Actor,
    now: datetime,
) -> list[CreditNote]:
    """Issue a note for each of the agency's documents below zero; it has its id.

    ``reasons`` and ``named``, the invoice that billed what is given back, are told by those ids. What the lines cost
    the agency is taken back with them.
    """
    composed = compose(wishes, by=by, now=now, kinds=PASSING, whole=True)
    costs = costs_of(line for each in composed for line in each.lines)
    post([posting for each in composed for posting in _postings(each, costs, now=now)], now=now)
    notes = _numbered(composed, {wish.id: wish.account for wish in wishes}, reasons, named, by=by, now=now)
    insert_rows(AuditEntry, [_entry(note, by=by, now=now) for note in notes])
    accounts = {each.draft.id: each.draft.billing_account_id for each in composed}
    issued = [IssuedNote(note=note, invoice=named.get(note.id), billing_account_id=accounts[note.id]) for note in notes]
    publish(CreditNotesIssued(issued=issued, at=now))
    return notes


def _postings(each: Composed, costs: Mapping[UUID, Money], *, now: datetime) -> list[Posting]:
    row = each.draft
    taken = [(line, -line.net, -line.tax) for line in each.lines]
    cost = -total_of(costs, each.lines, row.currency)
    return crediting(row, row.id, taken, kept=-row.total, cost=cost, journal=row.id, at=now)


def _numbered(
    composed: Sequence[Composed],
    accounts: Mapping[UUID, BillingAccount],
    reasons: Mapping[UUID, str],
    named: Mapping[UUID, Invoice],
    *,
    by: Actor,
    now: datetime,
) -> list[CreditNote]:
    """Take a range of numbers and write the notes with their frozen documents."""
    seller = SellerAtHand(None)
    prefix, today = seller.terms.credit_note_prefix, seller.today(now)
    numbers = numbering.take(None, SeriesKind.CREDIT_NOTE, prefix, len(composed), today=today)
    notes = []
    for number, each in zip(count(numbers.first), composed, strict=False):
        note = CreditNote(**_columns(each.draft, numbers, number))
        note.reason, note.created_at, note.created_by = reasons[note.id], now, by.name
        _freeze(note, each, accounts[note.id], seller, named.get(note.id))
        notes.append(note)
    session.add_all(notes)
    session.flush()
    session.add_all([_line(each.draft, line) for each in composed for line in each.lines])
    session.flush()
    return notes


def _entry(note: CreditNote, *, by: Actor, now: datetime) -> dict[str, Any]:
    after = {"total": str(note.total), "reason": note.reason}
    return entry("credit_note.issued", note, by=by, now=now, after=after, sub_account_id=note.sub_account_id)


def _freeze(
    note: CreditNote, each: Composed, account: BillingAccount, seller: SellerAtHand, invoice: Invoice | None
) -> None:
    lines = [(line.description, -line.net, -line.tax) for line in each.lines]
    note.invoice_id = invoice.id if invoice else None
    note.document = note_document(note, lines, head=head_for(account, seller), seller=seller, invoice=invoice)
    note.document_hash = digest_of(note.document)


def _columns(row: InvoiceDraft, numbers: numbering.Range, number: int) -> dict[str, Any]:
    return {
        "series_id": numbers.series_id,
        "number": number,
        "number_text": numbers.text(number),
        "issued_on": numbers.issued_on,
        "id": row.id,
        "sub_account_id": row.sub_account_id,
        "seller": row.seller,
        "customer_id": row.customer_id,
        "payer_id": row.payer_id,
        "payer_name": row.payer_name,
        "currency": row.currency,
        "net_micros": -row.net_micros,
        "tax_micros": -row.tax_micros,
        "total_micros": -row.total_micros,
        "applied_micros": 0,
        "credit_micros": -row.total_micros,
        "refund_micros": 0,
    }


def _line(row: InvoiceDraft, line: InvoiceDraftLine) -> CreditNoteLine:
    return CreditNoteLine(
        sub_account_id=row.sub_account_id,
        seller=row.seller,
        customer_id=row.customer_id,
        credit_note_id=row.id,
        position=line.position,
        description=line.description,
        net_micros=-line.net_micros,
        tax_micros=-line.tax_micros,
        currency=row.currency,
        taxes=line.taxes,
        source=line.source,
    )
