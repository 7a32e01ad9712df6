"""Putting a payment's money to invoices, and taking it back from them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.invoices import State
from subaccounts.invoices.operations.settling import Part, Settlement, locked, settle_many
from subaccounts.payments.booking import account
from subaccounts.payments.models.payments import Allocation, Cause, Payment
from subaccounts.payments.rules.splitting import take, total
from wallet.ledger.codes import Code


def locked_payment(payment_id: UUID) -> Payment:
    """As it stands, kept from others. A payment is locked after its charge and before its invoices."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def apply(
    payment: Payment, splits: Mapping[UUID, Money], *, cause: Cause, cause_id: UUID, now: datetime
) -> dict[UUID, Money]:
    """Put its credit to invoices, as far as they are still owed; what is left stays credit."""
    invoices = locked(splits)
    nothing = Money.zero(payment.currency)
    fits = {
        key: min(amount, invoices[key].balance if invoices[key].state is State.OPEN else nothing)
        for key, amount in splits.items()
    }
    parts = {key: amount for key, amount in fits.items() if amount}
    _settle(payment, parts, code=Code.ALLOCATION, cause=cause, cause_id=cause_id, now=now)
    return parts


def take_back(payment: Payment, amount: Money, *, cause: Cause, cause_id: UUID, now: datetime) -> Money:
    """Take an amount out of a payment: from its credit first, then from its invoices, newest first; they reopen."""
    from_credit = min(amount, payment.unapplied)
    parts = take(amount - from_credit, reversed(list(standing(payment.id, payment.currency).items())))
    undone = {key: -part for key, part in parts.items()}
    _settle(payment, undone, code=Code.PAYMENT_REVERSED, cause=cause, cause_id=cause_id, now=now)
    taken = from_credit + total(parts, payment.currency)
    payment.unapplied_micros -= taken.micros
    session.flush()
    return taken


def restore(payment: Payment, amount: Money, *, cause_id: UUID, now: datetime) -> None:
    """Undo what was taken back for a cause: the same invoices are paid again, as far as they are owed."""
    payment.unapplied_micros += amount.micros
    rows = session.execute(
        select(Allocation.invoice_id, func.sum(Allocation.amount_micros))
        .where(Allocation.payment_id == payment.id, Allocation.cause_id == cause_id)
        .group_by(Allocation.invoice_id)
    )
    splits = {invoice_id: Money(-int(micros), payment.currency) for invoice_id, micros in rows if micros < 0}
    apply(payment, splits, cause=Cause.RESTORED, cause_id=cause_id, now=now)
    session.flush()


def standing(payment_id: UUID, currency: str) -> dict[UUID, Money]:
    """What of it stands on each invoice, the invoice it was put to first coming first."""
    rows = session.scalars(select(Allocation).where(Allocation.payment_id == payment_id).order_by(Allocation.id))
    found: dict[UUID, Money] = {}
    for row in rows:
        found[row.invoice_id] = found.get(row.invoice_id, Money.zero(currency)) + row.amount
    return {invoice_id: amount for invoice_id, amount in found.items() if amount}


def _settle(
    payment: Payment, parts: Mapping[UUID, Money], *, code: Code, cause: Cause, cause_id: UUID, now: datetime
) -> None:
    """Change the invoices and the ledger, and write down what went where."""
    if not parts:
        return
    against = account(payment, "unapplied")
    settlements = [
        Settlement(invoice_id=key, amount=amount, part=Part.PAID, against=against, code=code, journal_id=cause_id)
        for key, amount in parts.items()
    ]
    settle_many(settlements, now=now)
    session.add_all([_row(payment, key, amount, (cause, cause_id), now) for key, amount in parts.items()])
    payment.unapplied_micros -= total(parts, payment.currency).micros
    session.flush()


def _row(payment: Payment, invoice_id: UUID, amount: Money, because: tuple[Cause, UUID], now: datetime) -> Allocation:
    return Allocation(
        agency_id=scope.agency_id(),
        sub_account_id=payment.sub_account_id,
        seller=payment.seller,
        customer_id=payment.customer_id,
        currency=payment.currency,
        amount_micros=amount.micros,
        payment_id=payment.id,
        invoice_id=invoice_id,
        cause=because[0],
        cause_id=because[1],
        created_at=now,
    )
