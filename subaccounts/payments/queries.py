"""Payments and what became of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import EXPORT_BATCH, Page, every_row, paged
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.payments.models.payments import OPEN_STATES, Allocation, Cause, Method, Payment, PaymentState
from subaccounts.payments.models.refunds import PaymentReceipt, PaymentRefund
from subaccounts.payments.rules.splitting import Owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which payments a list shows; credit that was given is none unless its method is asked for."""

    seller: Seller | None = None
    sub_account_id: UUID | None = None
    customer_id: UUID | None = None
    invoice_id: UUID | None = None
    method: Method | None = None
    state: PaymentState | None = None
    search: str = ""
    received_from: date | None = None
    received_to: date | None = None


def payment(payment_id: UUID, *, seller: Seller | None = None, sub_account_id: UUID | None = None) -> Payment:
    """As it stands in the database now.

    Raises:
        NotFound: none such, or of another seller.
    """
    found = session.get(Payment, (scope.agency_id(), payment_id), populate_existing=True)
    if found is None or found.seller != (seller or found.seller):
        raise NotFound
    if found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def payment_of_request(request: str) -> Payment | None:
    query = select(Payment).where(Payment.request == request)
    return session.scalar(query.execution_options(populate_existing=True))


def payments(wanted: Wanted, *, cursor: str | None = None, limit: int = 25) -> Page[Payment]:
    """Newest first."""
    return paged(select(Payment).where(*_conditions(wanted)), Payment.id, cursor=cursor, limit=limit)


def every_payment(wanted: Wanted) -> Iterator[Payment]:
    return every_row(lambda cursor: payments(wanted, cursor=cursor, limit=EXPORT_BATCH))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Payment.seller, wanted.seller),
        (Payment.sub_account_id, wanted.sub_account_id),
        (Payment.customer_id, wanted.customer_id),
        (Payment.state, wanted.state),
    ):
        if value is not None:
            yield column == value
    yield Payment.method != Method.CREDIT_NOTE if wanted.method is None else Payment.method == wanted.method
    if wanted.invoice_id is not None:
        yield Payment.id.in_(select(Allocation.payment_id).where(Allocation.invoice_id == wanted.invoice_id))
    if wanted.search:
        columns = (Payment.payer_name, Payment.reference)
        yield or_(*(column.icontains(wanted.search, autoescape=True) for column in columns))
    if wanted.received_from is not None:
        yield Payment.received_on >= wanted.received_from
    if wanted.received_to is not None:
        yield Payment.received_on <= wanted.received_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What of a payment stands on an invoice now."""

    payment_id: UUID
    invoice_id: UUID
    number: str
    amount: Money


def put(payment_ids: Iterable[UUID]) -> dict[UUID, list[Put]]:
    """By payment, in one query: what it pays of each invoice, taken back or not."""
    rows = session.execute(
        select(Allocation, Invoice.number_text)
        .join(Invoice, (Invoice.agency_id == Allocation.agency_id) & (Invoice.id == Allocation.invoice_id))
        .where(Allocation.payment_id.in_(set(payment_ids)))
        .order_by(Allocation.id)
    )
    found: dict[UUID, dict[UUID, Put]] = {}
    for row, number in rows:
        of_payment = found.setdefault(row.payment_id, {})
        before = of_payment.get(row.invoice_id)
        amount = before.amount + row.amount if before else row.amount
        of_payment[row.invoice_id] = Put(
            payment_id=row.payment_id, invoice_id=row.invoice_id, number=number, amount=amount
        )
    return {payment_id: list(parts.values()) for payment_id, parts in found.items()}


def allocations(payment_id: UUID) -> Sequence[Allocation]:
    """Everything that was put to invoices and taken back, the first one first."""
    query = select(Allocation).where(Allocation.payment_id == payment_id).order_by(Allocation.id)
    return session.scalars(query).all()


def refunds(payment_id: UUID) -> Sequence[PaymentRefund]:
    query = select(PaymentRefund).where(PaymentRefund.payment_id == payment_id).order_by(PaymentRefund.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def refund_of_request(request: str) -> PaymentRefund | None:
    query = select(PaymentRefund).where(PaymentRefund.request == request)
    return session.scalar(query.execution_options(populate_existing=True))


def receipts(payment_id: UUID) -> Sequence[PaymentReceipt]:
    query = select(PaymentReceipt).where(PaymentReceipt.payment_id == payment_id).order_by(PaymentReceipt.id)
    return session.scalars(query).all()


def receipt(receipt_id: UUID, *, payment_id: UUID) -> PaymentReceipt:
    """Raises NotFound: none such of the payment."""
    found = session.get(PaymentReceipt, (scope.agency_id(), receipt_id))
    if found is None or found.payment_id != payment_id:
        raise NotFound
    return found


def payable(payer_id: UUID, currency: str, invoice_ids: Iterable[UUID] | None = None) -> list[Owed]:
    """What a payer can pay now: balances of open invoices less what payments under way are to pay of them."""
    query = select(Invoice).where(
        Invoice.payer_id == payer_id, Invoice.currency == currency, Invoice.state == State.OPEN
    )
    if invoice_ids is not None:
        query = query.where(Invoice.id.in_(set(invoice_ids)))
    return owed_of(session.scalars(query.execution_options(populate_existing=True)), payer_id)


def owed_of(invoices: Iterable[Invoice], payer_id: UUID) -> list[Owed]:
    """The same of invoices at hand."""
    flying = in_flight(payer_id)
    return [
        Owed(
            invoice_id=each.id,
            amount=each.balance - flying.get(each.id, Money.zero(each.currency)),
            due_on=each.due_on or each.issued_on,
            issued_on=each.issued_on,
            number=each.number_text,
        )
        for each in invoices
    ]


def in_flight(payer_id: UUID) -> dict[UUID, Money]:
    """What payments under way are to pay, by invoice."""
    found: dict[UUID, Money] = {}
    for row in under_way(payer_id):
        for invoice_id, amount in row.split.items():
            found[invoice_id] = found.get(invoice_id, Money.zero(row.currency)) + amount
    return found


def under_way(payer_id: UUID) -> Sequence[Payment]:
    query = select(Payment).where(Payment.payer_id == payer_id, Payment.state.in_(OPEN_STATES))
    return session.scalars(query.execution_options(populate_existing=True)).all()


def is_disputed() -> ColumnElement[bool]:
    """Of a query's invoice: a payer's bank has, or had and kept, money that had paid it."""
    own = Allocation.invoice_id == Invoice.id
    causes = select(Allocation.cause_id).where(own, Allocation.cause == Cause.DISPUTE).correlate(Invoice)
    taken = select(func.sum(Allocation.amount_micros)).where(own, Allocation.cause_id.in_(causes)).correlate(Invoice)
    return func.coalesce(taken.scalar_subquery(), 0) != 0
