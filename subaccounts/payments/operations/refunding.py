"""Giving money back: to the card that paid, or by hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.events import publish
from agency.foundation.money import Money
from subaccounts.payments.booking import PAYMENT, post_received, post_returned
from subaccounts.payments.events import PaymentRefunded
from subaccounts.payments.models.payments import Cause, Method, Payment, PaymentState
from subaccounts.payments.models.refunds import PaymentRefund, ReceiptKind, RefundState
from subaccounts.payments.operations.applying import locked_payment, restore, take_back
from subaccounts.payments.operations.dividing import lock_request
from subaccounts.payments.operations.paying import AnotherRequest
from subaccounts.payments.operations.receipts import issue
from subaccounts.payments.queries import refund_of_request
from wallet.charges.operations import NotWholeCoins, refundable
from wallet.charges.queries import charge_of
from wallet.ledger.codes import Code


class NotSettled(DomainError):
    message = _l("This payment has not settled, so there is nothing to give back. Wait until it has.")


class MoreThanLeft(DomainError):
    status = 422
    field = "amount"
    message = _l("Only %(left)s of this payment is left to give back. Give back that or less. Nothing was done.")


class MoreThanTheCardTakes(DomainError):
    status = 422
    field = "amount"
    message = _l(
        "Only %(left)s can go back to this card: the rest went back to it already, as with a credit note. "
        "Choose another way for more. Nothing was done."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """``by_hand``: given back another way than to the card, with a reference. ``amount`` None is all that is left."""

    payment_id: UUID
    reason: str
    amount: Money | None = None
    by_hand: Method | None = None
    reference: str | None = None
    request: str | None = None


def request_refund(wish: RefundWish, *, by: Actor, now: datetime) -> PaymentRefund:
    """Take the money out of the payment's credit, then of its invoices, newest first, which reopen; give it back.

    The caller runs ``jobs.send_refund`` after its commit where it goes to a card.

    Raises:
        NotSettled, MoreThanLeft, MoreThanTheCardTakes, NotWholeCoins, AnotherRequest
    """
    lock_request(wish.request)
    found = refund_of_request(wish.request) if wish.request else None
    if found is not None:
        if found.payment_id != wish.payment_id or found.amount != (wish.amount or found.amount):
            raise AnotherRequest
        return found
    payment = locked_payment(wish.payment_id)
    amount = wish.amount or payment.left
    _refuse(payment, amount)
    charge = charge_of(PAYMENT, payment.id) if wish.by_hand is None and payment.method is Method.CARD else None
    if charge is not None and amount > (left := refundable(charge)):
        raise MoreThanTheCardTakes(left=left)
    method = Method.CARD if charge else wish.by_hand or _same_way(payment)
    refund = new_refund(payment, amount, wish, method=method, charge_id=charge.id if charge else None, by=by, now=now)
    session.add(refund)
    session.flush()
    take_out(payment, refund, now=now)
    after = {"amount": str(amount), "reason": wish.reason}
    record("payment.refund_requested", payment, by=by, now=now, after=after, sub_account_id=payment.sub_account_id)
    if charge is None:
        returned(payment, refund, now=now)
    return refund


def new_refund(
    payment: Payment,
    amount: Money,
    wish: RefundWish,
    *,
    method: Method,
    charge_id: UUID | None,
    by: Actor,
    now: datetime,
) -> PaymentRefund:
    return PaymentRefund(
        sub_account_id=payment.sub_account_id,
        seller=payment.seller,
        customer_id=payment.customer_id,
        currency=payment.currency,
        amount_micros=amount.micros,
        payment_id=payment.id,
        charge_id=charge_id,
        method=method,
        state=RefundState.PROCESSING,
        reason=wish.reason,
        reference=wish.reference,
        request=wish.request,
        requested_by=by.name,
        created_at=now,
    )


def take_out(payment: Payment, refund: PaymentRefund, *, now: datetime) -> None:
    """Of the payment's money and of the ledger, at once: nobody can spend it while the card's bank takes its time."""
    take_back(payment, refund.amount, cause=Cause.REFUND, cause_id=refund.id, now=now)
    payment.refunded_micros += refund.amount_micros
    session.flush()
    post_returned(refund, payment.id, refund.amount, code=Code.REFUND, journal=refund.id, now=now)


def returned(payment: Payment, refund: PaymentRefund, *, now: datetime) -> None:
    """The money is on its way back."""
    if refund.state is RefundState.SETTLED:
        return
    refund.state, refund.ended_at = RefundState.SETTLED, now
    session.flush()
    issue(ReceiptKind.REFUND, payment, refund=refund, now=now)
    publish(PaymentRefunded(refund=refund, payment=payment, at=now))


def refused(payment: Payment, refund: PaymentRefund, failure: str | None, *, now: datetime) -> None:
    """The card would not take it, at once or days later: the same invoices are paid again."""
    if refund.state is RefundState.FAILED:
        return
    refund.state, refund.ended_at, refund.failure = RefundState.FAILED, now, failure
    payment.refunded_micros -= refund.amount_micros
    restore(payment, refund.amount, cause_id=refund.id, now=now)
    post_received(refund, payment.id, refund.amount, code=Code.REFUND_UNDONE, journal=refund.id, now=now)


def locked_refund(refund_id: UUID) -> tuple[Payment, PaymentRefund]:
    """Under the payment's lock, which guards its refunds."""
    query = select(PaymentRefund).where(PaymentRefund.id == refund_id)
    payment = locked_payment(session.scalars(query).one().payment_id)
    return payment, session.scalars(query.execution_options(populate_existing=True)).one()


def _same_way(payment: Payment) -> Method:
    """Money goes back as it came; what was a note's or a card's that is gone goes another way."""
    return Method.OTHER if payment.method in {Method.CARD, Method.CREDIT_NOTE} else payment.method


def _refuse(payment: Payment, amount: Money) -> None:
    if payment.state is not PaymentState.SETTLED:
        raise NotSettled
    if amount.currency != payment.currency or amount > payment.left or not payment.left:
        raise MoreThanLeft(left=payment.left)
    if amount.micros <= 0 or amount != amount.to_minor():
        raise NotWholeCoins
