"""The account history: every charge and every payment of a customer in one list, with the balance after each.

The last balance is the total balance, by how the entries are chosen: what is open less what is unapplied.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Row, Select, String, Subquery, cast, func, literal, select, union_all

from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.payments.models.payments import Method, Payment, PaymentState
from subaccounts.payments.models.refunds import PaymentRefund, RefundState

LIMIT = 25


class EntryKind(StrEnum):
    INVOICE = "invoice"
    VOID = "void"
    WRITE_OFF = "write_off"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A charge raises the balance, a payment lowers it; one of the two is None. ``place`` orders all entries."""

    kind: EntryKind
    id: UUID
    on: date
    label: str
    charge: Money | None
    payment: Money | None
    balance: Money
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Newest first; ``older`` and ``newer`` are the places from which the neighbouring pages go on."""

    entries: list[Entry]
    older: int | None
    newer: int | None


def history(
    customer_id: UUID,
    currency: str,
    *,
    zone: str,
    start: date | None = None,
    end: date | None = None,
    before: int | None = None,
    after: int | None = None,
) -> HistoryPage:
    """The entries from ``start`` to ``end``, both included; balances count everything before them too."""
    all_of_it = _with_balances(customer_id, currency, zone)
    query = select(all_of_it)
    if start is not None:
        query = query.where(all_of_it.c.on >= start)
    if end is not None:
        query = query.where(all_of_it.c.on <= end)
    if before is not None:
        query = query.where(all_of_it.c.place < before)
    if after is not None:
        query = query.where(all_of_it.c.place > after)
    order = all_of_it.c.place.asc() if after is not None else all_of_it.c.place.desc()
    rows = session.execute(query.order_by(order).limit(LIMIT + 1)).all()
    shown = [_entry(row, currency) for row in rows[:LIMIT]]
    more = len(rows) > LIMIT
    if after is not None:
        shown.reverse()
    return HistoryPage(
        entries=shown,
        older=shown[-1].place if shown and (more or after is not None) else None,
        newer=shown[0].place if shown and (before is not None or (after is not None and more)) else None,
    )


def _entry(row: Row[Any], currency: str) -> Entry:
    change = int(row.change)
    return Entry(
        kind=EntryKind(row.kind),
        id=row.id,
        on=row.on,
        label=row.label,
        charge=Money(change, currency) if change >= 0 else None,
        payment=Money(-change, currency) if change < 0 else None,
        balance=Money(int(row.balance), currency),
        place=row.place,
    )


def _with_balances(customer_id: UUID, currency: str, zone: str) -> Subquery:
    parts = union_all(
        *(
            part.where(model.customer_id == customer_id, model.currency == currency, model.seller == Seller.SUB_ACCOUNT)
            for part, model in _parts(zone)
        )
    ).subquery()
    order = (parts.c.on, parts.c.moment, parts.c.id)
    return select(
        parts.c.kind,
        parts.c.id,
        parts.c.on,
        parts.c.label,
        parts.c.change,
        func.sum(parts.c.change).over(order_by=order).label("balance"),
        func.row_number().over(order_by=order).label("place"),
    ).subquery()


def _parts(zone: str) -> list[tuple[Select[Any], Any]]:
    """A void takes back what of its invoice neither notes nor payments have, so that nothing of it is left."""
    asked = Invoice.total_micros - Invoice.wallet_micros
    settled = Invoice.credited_micros + Invoice.paid_micros + Invoice.written_off_micros
    return [
        (_part(EntryKind.INVOICE, Invoice, Invoice.issued_on, Invoice.opened_at, asked), Invoice),
        (
            _part(EntryKind.VOID, Invoice, _day(Invoice.voided_at, zone), Invoice.voided_at, settled - asked).where(
                Invoice.state == State.VOID
            ),
            Invoice,
        ),
        (
            _part(
                EntryKind.WRITE_OFF,
                Invoice,
                _day(func.coalesce(Invoice.closed_at, Invoice.opened_at), zone),
                func.coalesce(Invoice.closed_at, Invoice.opened_at),
                -Invoice.written_off_micros,
            ).where(Invoice.written_off_micros > 0),
            Invoice,
        ),
        (
            _part(
                EntryKind.CREDIT_NOTE, CreditNote, CreditNote.issued_on, CreditNote.created_at, -CreditNote.total_micros
            ),
            CreditNote,
        ),
        (_payments(), Payment),
        (_refunds(zone), PaymentRefund),
    ]


def _payments() -> Select[Any]:
    """What came, less what a dispute took back. The credit that a note left is the note's own entry."""
    counted = Payment.disputed_micros - Payment.amount_micros
    return _part(EntryKind.PAYMENT, Payment, Payment.received_on, Payment.created_at, counted).where(
        Payment.state == PaymentState.SETTLED, Payment.method != Method.CREDIT_NOTE, counted != 0
    )


def _refunds(zone: str) -> Select[Any]:
    day = _day(PaymentRefund.created_at, zone)
    return _part(EntryKind.REFUND, PaymentRefund, day, PaymentRefund.created_at, PaymentRefund.amount_micros).where(
        PaymentRefund.state.in_((RefundState.PROCESSING, RefundState.SETTLED))
    )


# What an entry is told apart by: a document's number, how money came or went.
LABELS = {
    Invoice: Invoice.number_text,
    CreditNote: CreditNote.number_text,
    Payment: Payment.method,
    PaymentRefund: PaymentRefund.method,
}


def _part(kind: EntryKind, model: Any, on: Any, moment: Any, change: Any) -> Select[Any]:  # noqa: ANN401  # Expressions of SQL.
    return select(
        literal(kind.value).label("kind"),
        model.id.label("id"),
        cast(on, Date).label("on"),
        moment.label("moment"),
        cast(LABELS[model], String).label("label"),
        cast(change, BigInteger).label("change"),
    )


def _day(moment: Any, zone: str) -> Any:  # noqa: ANN401  # The same.
    return func.timezone(zone, moment)
