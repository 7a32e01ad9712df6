"""How an invoice ends without being paid: voided, or written off."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.events import publish
from agency.foundation.money import Money
from subaccounts.invoices.booking import account, opening, posting
from subaccounts.invoices.events import InvoiceVoided, InvoiceVoiding
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine, State
from subaccounts.invoices.operations.costing import costs_of, total_of
from subaccounts.invoices.operations.releasing import release
from subaccounts.invoices.operations.settling import Part, Settlement, locked, settle_many
from subaccounts.invoices.operations.telling import tell_voided
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting


class AlreadyVoid(DomainError):
    message = _l("This invoice is void already.")


class SomethingApplied(DomainError):
    message = _l(
        "Something was paid, credited or written off on this invoice, so it cannot be voided."
        " Issue a credit note instead."
    )


class NothingLeft(DomainError):
    message = _l("Nothing is left to pay on this invoice. Nothing was written off.")


class VoidNeedsReason(DomainError):
    status = 422
    field = "reason"
    message = _l("Say why; the reason stays with the invoice.")


def void(
    invoice_id: UUID, *, reason: str, by: Actor, now: datetime, bill_again: bool = True, notify: bool = False
) -> Invoice:
    """Take back an invoice nothing was applied to; it stays listed with its number, and the ledger is reversed.

    Raises:
        AlreadyVoid, SomethingApplied, VoidNeedsReason
    """
    if not reason.strip():
        raise VoidNeedsReason
    invoice = locked([invoice_id])[invoice_id]
    if invoice.state is State.VOID:
        raise AlreadyVoid
    if invoice.paid_micros or invoice.credited_micros or invoice.written_off_micros or invoice.wallet_micros:
        raise SomethingApplied
    publish(InvoiceVoiding(invoice=invoice, at=now))
    lines = lines_of(invoice.id)
    invoice.state, invoice.voided_at, invoice.void_reason, invoice.closed_at = State.VOID, now, reason, None
    session.flush()
    release(invoice, lines, again=bill_again, reason=reason, now=now)
    post(_reversed(invoice, lines, now=now), now=now)
    after = {"reason": reason, "bill_again": bill_again}
    record("invoice.voided", invoice, by=by, now=now, after=after, sub_account_id=invoice.sub_account_id)
    publish(InvoiceVoided(invoice=invoice, at=now))
    if notify:
        tell_voided(invoice, now=now)
    return invoice


def _reversed(invoice: Invoice, lines: Sequence[InvoiceLine], *, now: datetime) -> list[Posting]:
    """All that opening it posted, the other way."""
    journal, cost = ids.new_id(), total_of(costs_of(lines), lines, invoice.currency)
    return [
        posting(invoice.id, each.credit, each.debit, each.amount, Code.VOID, journal=journal, at=now)
        for each in opening(invoice.id, invoice, lines, cost=cost, at=now)
    ]


def write_off(invoice_id: UUID, *, reason: str, by: Actor, now: datetime, amount: Money | None = None) -> Invoice:
    """Give up what is left to pay, or a part of it; the loss is a bad debt in the books.

    Raises:
        NothingLeft, VoidNeedsReason, MoreThanOwed, InvoiceIsVoid
    """
    if not reason.strip():
        raise VoidNeedsReason
    invoice = locked([invoice_id])[invoice_id]
    if not invoice.balance:
        raise NothingLeft
    lost = amount or invoice.balance
    settlement = Settlement(
        invoice_id=invoice.id,
        amount=lost,
        part=Part.WRITTEN_OFF,
        against=account(invoice, "bad_debt"),
        code=Code.WRITTEN_OFF,
        journal_id=ids.new_id(),
    )
    settle_many([settlement], now=now)
    after = {"amount": str(lost), "reason": reason}
    record("invoice.written_off", invoice, by=by, now=now, after=after, sub_account_id=invoice.sub_account_id)
    return invoice


def lines_of(invoice_id: UUID) -> list[InvoiceLine]:
    query = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.position)
    return list(session.scalars(query))
