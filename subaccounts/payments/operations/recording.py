"""Money that came another way: cash, a transfer, a cheque; and credit that is put to invoices later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.payments.models.payments import OFFLINE, Cause, Method, Payment
from subaccounts.payments.operations.applying import apply
from subaccounts.payments.operations.dividing import Division, NothingOwed, PayWish, divide, lock_request
from subaccounts.payments.operations.paying import AnotherRequest, new_payment, settle
from subaccounts.payments.queries import payment_of_request
from subaccounts.payments.rules.splitting import take
from wallet.charges.operations import NotWholeCoins


class NotOffline(DomainError):
    status = 422
    field = "method"
    message = _l("Choose cash, transfer, cheque or other: a card is charged, not recorded.")


class ReceivedInFuture(DomainError):
    status = 422
    field = "received_on"
    message = _l("Money cannot have come on a day that is still to be. Nothing was recorded.")


class NoCredit(DomainError):
    message = _l("There is no credit to apply. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineFacts:
    """How it came; ``received_on`` None is today in the seller's zone."""

    method: Method
    reference: str | None = None
    received_on: date | None = None


def record_payment(wish: PayWish, facts: OfflineFacts, *, by: Actor, now: datetime) -> Payment:
    """Write down money that came; what is more than is owed becomes the payer's credit.

    Raises:
        NotOffline, ReceivedInFuture, NotWholeCoins
        BalanceChanged, PaymentUnderWay, NothingOwed, SplitTooLarge, CurrencyDiffers: nothing is recorded.
        AnotherRequest: the request's name was used for something else.
    """
    lock_request(wish.request)
    found = payment_of_request(wish.request) if wish.request else None
    if found is not None:
        if found.payer_id != wish.account.payer_id or found.amount != (wish.amount or found.amount):
            raise AnotherRequest
        return found
    _refuse(wish, facts, now)
    division = divide(wish, keeps_rest=True, now=now)
    payment = new_payment(wish, division, facts.method, by=by, now=now)
    payment.reference = facts.reference
    payment.received_on = facts.received_on or payment.received_on
    session.add(payment)
    settle(payment, now=now)
    after = {"amount": str(payment.amount), "method": facts.method, "reference": facts.reference}
    record("payment.recorded", payment, by=by, now=now, after=after, sub_account_id=payment.sub_account_id)
    return payment


def apply_credit(
    wish: PayWish, *, by: Actor, now: datetime, of_payments: Iterable[UUID] | None = None
) -> dict[UUID, Money]:
    """Put a payer's credit to invoices, the oldest credit first; answers what each invoice got.

    ``wish`` says which invoices, and at most how much; ``of_payments`` names the payments whose credit is used.

    Raises:
        NoCredit, NothingOwed, BalanceChanged, PaymentUnderWay
    """
    sources = _locked_credits(wish, of_payments)
    if not sources:
        raise NoCredit
    available = Money.sum([row.unapplied for row in sources], wish.account.currency)
    division = divide(wish, keeps_rest=True, now=now)
    amount = min(available, division.amount)
    if not division.splits:
        raise NothingOwed
    before = [row.unapplied for row in sources]
    applied = _spread(sources, Division(amount=amount, splits=division.splits), now=now)
    for row, had in zip(sources, before, strict=True):
        if row.unapplied != had:
            after = {"amount": str(had - row.unapplied)}
            record("payment.credit_applied", row, by=by, now=now, after=after, sub_account_id=row.sub_account_id)
    return applied


def _spread(sources: Iterable[Payment], division: Division, *, now: datetime) -> dict[UUID, Money]:
    journal = ids.new_id()
    applied: dict[UUID, Money] = {}
    wanted, rest = dict(division.splits), division.amount
    for row in sources:
        parts = take(min(rest, row.unapplied), wanted.items())
        for key, amount in apply(row, parts, cause=Cause.CREDIT, cause_id=journal, now=now).items():
            applied[key] = applied.get(key, Money.zero(amount.currency)) + amount
            wanted[key] -= amount
            rest -= amount
    return applied


def _locked_credits(wish: PayWish, only: Iterable[UUID] | None) -> list[Payment]:
    query = select(Payment).where(
        Payment.payer_id == wish.account.payer_id,
        Payment.currency == wish.account.currency,
        Payment.unapplied_micros > 0,
    )
    if only is not None:
        query = query.where(Payment.id.in_(set(only)))
    rows = session.scalars(query.order_by(Payment.id).with_for_update().execution_options(populate_existing=True))
    return list(rows)


def _refuse(wish: PayWish, facts: OfflineFacts, now: datetime) -> None:
    if facts.method not in OFFLINE:
        raise NotOffline
    if wish.amount is not None and (wish.amount.micros <= 0 or wish.amount != wish.amount.to_minor()):
        raise NotWholeCoins
    today = SellerAtHand(seller_id(wish.seller, wish.account.sub_account_id)).today(now)
    if facts.received_on is not None and facts.received_on > today:
        raise ReceivedInFuture
