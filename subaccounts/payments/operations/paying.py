"""A payer pays by card: asked for here, charged by the door, put to invoices when the money has settled."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.events import publish
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.payments.booking import PAYMENT, post_received
from subaccounts.payments.events import PaymentFailed, PaymentSettled
from subaccounts.payments.models.payments import Cause, Method, Payment, PaymentState
from subaccounts.payments.models.refunds import ReceiptKind
from subaccounts.payments.operations.applying import apply
from subaccounts.payments.operations.dividing import Division, PayWish, divide, lock_request
from subaccounts.payments.operations.receipts import issue
from subaccounts.payments.queries import payment_of_request
from wallet.charges.models import ChargeAttempt
from wallet.charges.operations import ChargeWish, request_charge
from wallet.charges.words import INVOICES_PAID
from wallet.ledger.codes import Code
from wallet.merchant_accounts.queries import active
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import card, cards

# How long a cardholder may take to confirm with their bank.
CONFIRMED_WITHIN = timedelta(hours=24)


class NoCard(DomainError):
    status = 422
    field = "payment_method"
    message = _l("There is no card on file. Add one first.")


class CardsNotTaken(DomainError):
    message = _l("Card payments are not offered here. Ask how to pay by transfer. Nothing was charged.")


class AnotherRequest(DomainError):
    message = _l("This request was used for another payment. Open the page again. Nothing was charged.")


def request_payment(
    wish: PayWish, *, card_id: UUID | None, by: Actor, off_session: bool = False, now: datetime
) -> Payment:
    """Ask for money from a card for what is owed; the same request again finds the same payment.

    The caller runs ``charges.jobs.collect`` for its charge's open attempt after the commit. ``off_session``: nobody
    is there to confirm, and a job collects.

    Raises:
        NoCard, CardsNotTaken, NotFound: the card is none of the payer's.
        BalanceChanged, PaymentUnderWay, NothingOwed, SplitTooLarge, CurrencyDiffers: nothing is charged.
        AnotherRequest: the request's name was used for something else.
    """
    lock_request(wish.request)
    found = payment_of_request(wish.request) if wish.request else None
    if found is not None:
        _refuse_other(found, wish)
        return found
    chosen = _chosen_card(wish, card_id)
    division = divide(wish, keeps_rest=False, now=now)
    payment = new_payment(wish, division, Method.CARD, by=by, now=now)
    payment.state = PaymentState.PROCESSING
    payment.payment_method_id, payment.card_name = chosen.id, chosen.name
    session.add(payment)
    session.flush()
    _charge(payment, chosen, off_session=off_session, now=now)
    after = {"amount": str(payment.amount), "card": chosen.name}
    record("payment.requested", payment, by=by, now=now, after=after, sub_account_id=payment.sub_account_id)
    return payment


def new_payment(wish: PayWish, division: Division, method: Method, *, by: Actor, now: datetime) -> Payment:
    account = wish.account
    return Payment(
        sub_account_id=account.sub_account_id,
        seller=wish.seller,
        customer_id=wish.customer_id,
        payer_id=account.payer_id,
        billing_account_id=account.id,
        payer_name=account.legal_name,
        currency=account.currency,
        amount_micros=division.amount.micros,
        unapplied_micros=0,
        refunded_micros=0,
        disputed_micros=0,
        method=method,
        received_on=SellerAtHand(seller_id(wish.seller, account.sub_account_id)).today(now),
        planned=[[str(key), str(amount.micros)] for key, amount in division.splits.items()],
        request=wish.request,
        requested_by=by.name,
        created_at=now,
    )


def settle(payment: Payment, *, now: datetime) -> None:
    """The money is there: into the ledger, to the invoices it was meant for, with a receipt."""
    payment.state, payment.ended_at, payment.due_at = PaymentState.SETTLED, now, None
    payment.unapplied_micros = payment.amount_micros
    session.flush()
    applied = apply(payment, payment.split, cause=Cause.PAYMENT, cause_id=payment.id, now=now)
    post_received(payment, payment.id, payment.amount, code=Code.PAYMENT, journal=payment.id, now=now)
    issue(ReceiptKind.PAYMENT, payment, now=now)
    publish(PaymentSettled(payment=payment, applied=applied, at=now))


def fail(payment: Payment, attempt: ChargeAttempt | None, *, now: datetime) -> None:
    """Nothing was charged: declined by an attempt, or given up."""
    payment.state = PaymentState.DECLINED if attempt else PaymentState.ABANDONED
    payment.ended_at, payment.due_at = now, None
    if attempt is not None:
        payment.decline_class, payment.decline_code = attempt.decline_class, attempt.decline_code
    session.flush()
    publish(PaymentFailed(payment=payment, at=now))


def _refuse_other(found: Payment, wish: PayWish) -> None:
    same = found.payer_id == wish.account.payer_id and found.amount == (wish.amount or found.amount)
    if not same or (wish.splits is not None and dict(wish.splits) != found.split):
        raise AnotherRequest


def _chosen_card(wish: PayWish, card_id: UUID | None) -> PaymentMethod:
    """The card that was named, or the primary one; of the merchant account where the seller receives now."""
    merchant = active(seller_id(wish.seller, wish.account.sub_account_id))
    if merchant is None:
        raise CardsNotTaken
    if card_id is not None:
        found = card(card_id, payer_id=wish.account.payer_id)
        if found.merchant_account_id != merchant.id:
            raise NoCard
        return found
    usable = [each for each in cards(wish.account.payer_id) if each.merchant_account_id == merchant.id]
    if not usable:
        raise NoCard
    return usable[0]


def _charge(payment: Payment, chosen: PaymentMethod, *, off_session: bool, now: datetime) -> None:
    request_charge(
        ChargeWish(
            source_type=PAYMENT,
            source_id=payment.id,
            card=chosen,
            amount=payment.amount,
            description=INVOICES_PAID,
            off_session=off_session,
            collects=not off_session,
        ),
        payer_id=payment.payer_id,
        now=now,
    )
