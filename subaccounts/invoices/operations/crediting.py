"""Credit notes: their own series, and the invoice they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.events import publish
from agency.foundation.i18n import money as in_words
from agency.foundation.money import Money
from subaccounts.invoices.booking import crediting
from subaccounts.invoices.events import CreditNotesIssued, IssuedNote
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.operations.costing import costs_of, part_of_cost
from subaccounts.invoices.operations.ending import VoidNeedsReason, lines_of
from subaccounts.invoices.operations.settling import InvoiceIsVoid, Part, Settlement, locked, settle_many
from subaccounts.invoices.operations.telling import tell_credited
from subaccounts.invoices.operations.writing_notes import CreditedLine, write_note
from subaccounts.invoices.rules.crediting import LineLeft, Split, is_within, part_of, split
from wallet.ledger.codes import Code
from wallet.ledger.operations import post


class NothingToCredit(DomainError):
    status = 422
    field = "lines"
    message = _l("A credit note takes back more than zero. Choose what of the invoice it takes back.")


class MoreThanInvoiced(DomainError):
    status = 422
    field = "lines"
    message = _l(
        "At most %(most)s of this invoice can be credited: what is still owed and what was paid for it."
        " Nothing was done."
    )


class GivenBackAlready(MoreThanInvoiced):
    """A run's note names the invoice it takes back, and its credit may have paid another."""

    message = _l(
        "Credit notes gave back %(kept)s of this invoice already, as a refund or as credit that may have paid other"
        " invoices: %(notes)s. At most %(most)s of it can still be credited. Nothing was done."
    )


class RefundTooLarge(DomainError):
    status = 422
    field = "refund"
    message = _l("No more can be given back than was paid for what the note takes back. Nothing was done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditWish:
    """``lines``: what to take back of each line, tax included; None is all that is left of the invoice.

    ``refund``: how much of what was paid already is to be given back; the rest stays as the payer's credit.
    ``notify``: send the payer a letter.
    """

    reason: str
    lines: Mapping[UUID, Money] | None = None
    refund: Money | None = None
    notify: bool = False


def issue_credit_note(invoice_id: UUID, wish: CreditWish, *, by: Actor, now: datetime) -> CreditNote:
    """Take back a part of an invoice: its balance first, then what was paid for it.

    Raises:
        InvoiceIsVoid, VoidNeedsReason, NothingToCredit, MoreThanInvoiced, GivenBackAlready, RefundTooLarge
        InvalidInput: names the line that cannot be credited so.
    """
    if not wish.reason.strip():
        raise VoidNeedsReason
    invoice = locked([invoice_id])[invoice_id]
    if invoice.state is State.VOID:
        raise InvoiceIsVoid(number=invoice.number_text)
    parts = _parts(invoice, wish)
    total = Money.sum([part.taken.gross for part in parts], invoice.currency)
    if total.micros <= 0:
        raise NothingToCredit
    goes = _split(invoice, total, wish.refund)
    note_id = ids.new_id()
    _book(invoice, parts, goes, journal=note_id, now=now)
    note = write_note(note_id, invoice, parts, goes, reason=wish.reason, by=by, now=now)
    after = {"invoice": invoice.number_text, "total": str(total), "reason": wish.reason}
    record("credit_note.issued", note, by=by, now=now, after=after, sub_account_id=note.sub_account_id)
    issued = IssuedNote(note=note, invoice=invoice, billing_account_id=invoice.billing_account_id)
    publish(CreditNotesIssued(issued=[issued], at=now))
    if wish.notify:
        tell_credited(note, invoice, now=now)
    return note


def _book(invoice: Invoice, parts: Sequence[CreditedLine], goes: Split, *, journal: UUID, now: datetime) -> None:
    """Off the invoice and into the ledger; the cost of what is credited is taken back with it."""
    if goes.applied:
        settlement = Settlement(
            invoice_id=invoice.id,
            amount=goes.applied,
            part=Part.CREDITED,
            against=None,
            code=Code.CREDIT_NOTE,
            journal_id=journal,
        )
        settle_many([settlement], now=now)
    credited = [(part.line, part.taken.net, part.taken.tax) for part in parts]
    costs = costs_of(part.line for part in parts)
    cost = Money.sum(
        (part_of_cost(costs[line.id], line, net) for line, net, _tax in credited if line.id in costs), invoice.currency
    )
    kept = goes.refund + goes.credit
    post(crediting(invoice, invoice.id, credited, kept=kept, cost=cost, journal=journal, at=now), now=now)


def left_of(invoice_id: UUID) -> dict[UUID, LineLeft]:
    """What earlier notes left of each line, by the line's id."""
    rows = session.execute(
        select(
            CreditNoteLine.invoice_line_id,
            func.sum(CreditNoteLine.net_micros),
            func.sum(CreditNoteLine.tax_micros),
        )
        .join(
            CreditNote,
            (CreditNote.agency_id == CreditNoteLine.agency_id) & (CreditNote.id == CreditNoteLine.credit_note_id),
        )
        .where(CreditNote.invoice_id == invoice_id)
        .group_by(CreditNoteLine.invoice_line_id)
    )
    taken = {line_id: (int(net), int(tax)) for line_id, net, tax in rows}
    left = {}
    for line in lines_of(invoice_id):
        net, tax = taken.get(line.id, (0, 0))
        left[line.id] = LineLeft(net=line.net - Money(net, line.currency), tax=line.tax - Money(tax, line.currency))
    return left


def _parts(invoice: Invoice, wish: CreditWish) -> list[CreditedLine]:
    left = left_of(invoice.id)
    lines = {line.id: line for line in lines_of(invoice.id)}
    if wish.lines is None:
        return [CreditedLine(lines[line_id], rest) for line_id, rest in left.items() if rest.gross]
    errors = {}
    parts = []
    for line_id, wanted in wish.lines.items():
        rest = left.get(line_id)
        whole = wanted.currency == invoice.currency and wanted == wanted.to_minor()
        if rest is None or not whole or not is_within(wanted, rest.gross):
            most = rest.gross if rest else Money.zero(invoice.currency)
            errors[f"lines.{line_id}"] = [_("At most %(most)s is left of this line.", most=in_words(most))]
        else:
            parts.append(CreditedLine(lines[line_id], part_of(rest, wanted)))
    if errors:
        raise InvalidInput(errors)
    return parts


def _split(invoice: Invoice, total: Money, refund: Money | None) -> Split:
    nothing = Money.zero(invoice.currency)
    kept, notes = _given_back(invoice)
    paid = invoice.paid + invoice.wallet_paid - kept
    most = invoice.balance + paid
    if total > most:
        refusal = GivenBackAlready if kept else MoreThanInvoiced
        raise refusal(most=max(most, nothing), kept=kept, notes=notes)
    goes = split(total, balance=invoice.balance, paid=max(paid, nothing), refund=refund)
    if goes is None:
        raise RefundTooLarge
    return goes


def _given_back(invoice: Invoice) -> tuple[Money, str]:
    """What earlier notes did not take off the invoice itself, and their numbers."""
    kept = CreditNote.credit_micros + CreditNote.refund_micros
    numbers = func.string_agg(CreditNote.number_text, aggregate_order_by(literal(", "), CreditNote.id))
    query = select(func.coalesce(func.sum(kept), 0), numbers).where(CreditNote.invoice_id == invoice.id, kept > 0)
    micros, notes = session.execute(query).one()
    return Money(int(micros), invoice.currency), notes or ""
