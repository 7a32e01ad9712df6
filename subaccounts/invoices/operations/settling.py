"""What pays, credits or writes off an invoice, in sets: its columns and the ledger together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.events import publish
from agency.foundation.money import Money
from subaccounts.invoices.booking import account, posting
from subaccounts.invoices.events import InvoiceSettled
from subaccounts.invoices.models.invoices import Invoice, State
from wallet.ledger.chart import AccountKey
from wallet.ledger.codes import Code
from wallet.ledger.operations import post


class MoreThanOwed(DomainError):
    status = 422
    field = "amount"
    message = _l("Invoice %(number)s has %(balance)s left to pay, so %(amount)s cannot be put to it. Nothing was done.")


class MoreThanApplied(DomainError):
    status = 422
    field = "amount"
    message = _l("Only %(applied)s was put to invoice %(number)s, so no more can be taken back. Nothing was done.")


class InvoiceIsVoid(DomainError):
    message = _l("Invoice %(number)s is void. Nothing was done.")


class Part(StrEnum):
    """Which of an invoice's figures a settlement changes."""

    PAID = "paid_micros"
    CREDITED = "credited_micros"
    WRITTEN_OFF = "written_off_micros"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """``amount`` of an invoice is paid, credited or written off; below zero it is undone.

    Attributes:
        against: the account debited for it: clearing for money that came, *unapplied* for the payer's credit
            (``booking.account(invoice, "clearing")``). None: somebody else posts it, as a credit note does.
        journal_id: the act that did it (a payment, a credit note): its transfers share it.
    """

    invoice_id: UUID
    amount: Money
    part: Part
    against: AccountKey | None
    code: Code
    journal_id: UUID


def locked(invoice_ids: Iterable[UUID]) -> dict[UUID, Invoice]:
    """The invoices as they stand, kept from others until the transaction ends; in the order of their ids.

    Raises:
        NotFound: one of them is not there.
    """
    wanted = set(invoice_ids)
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.id.in_(wanted))
        .order_by(Invoice.id)
        .with_for_update(key_share=True)  # Whoever only names one, as a credit note does, need not wait.
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) < len(wanted):
        raise NotFound
    return {row.id: row for row in rows}


def settle_many(settlements: Sequence[Settlement], *, now: datetime) -> dict[UUID, Invoice]:
    """Change what is settled of any number of invoices, post it, close those that come to zero, reopen the others.

    It takes the invoices' locks, then the ledger's. Only a settlement below zero reopens one: a reversed payment.

    Raises:
        MoreThanOwed, MoreThanApplied, InvoiceIsVoid: nothing is done at all.
    """
    invoices = locked(each.invoice_id for each in settlements)
    for each in settlements:
        _apply(invoices[each.invoice_id], each, now=now)
    session.flush()
    postings = [
        posting(
            each.invoice_id,
            each.against,
            account(invoices[each.invoice_id], "receivable"),
            each.amount,
            each.code,
            journal=each.journal_id,
            at=now,
        )
        for each in settlements
        if each.against is not None
    ]
    post(postings, now=now)
    for each in settlements:
        publish(InvoiceSettled(invoice=invoices[each.invoice_id], amount=each.amount, at=now))
    return invoices


def _apply(invoice: Invoice, settlement: Settlement, *, now: datetime) -> None:
    amount, part = settlement.amount, settlement.part
    if invoice.state is State.VOID:
        raise InvoiceIsVoid(number=invoice.number_text)
    if amount > invoice.balance:
        raise MoreThanOwed(number=invoice.number_text, balance=invoice.balance, amount=amount)
    applied = Money(getattr(invoice, part), invoice.currency)
    if (applied + amount).micros < 0:
        raise MoreThanApplied(number=invoice.number_text, applied=applied)
    setattr(invoice, part, (applied + amount).micros)
    is_settled = not invoice.balance
    invoice.state = State.CLOSED if is_settled else State.OPEN
    invoice.closed_at = (invoice.closed_at or now) if is_settled else None
