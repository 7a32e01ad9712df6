"""Claim, call, settle: pages, the portal and the API pay alike."""

from uuid import UUID

from agency.foundation import clock
from agency.foundation.access.visitor import current_actor
from agency.foundation.actor import Actor
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.payments import queries
from subaccounts.payments.booking import PAYMENT
from subaccounts.payments.jobs import send_refund
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.models.refunds import PaymentRefund, RefundState
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.paying import request_payment
from subaccounts.payments.operations.refunding import RefundWish, request_refund
from wallet.charges.jobs import collect
from wallet.charges.queries import charge_of, open_attempt


def pay_by_card(wish: PayWish, *, card_id: UUID | None = None, by: Actor | None = None) -> Payment:
    """Charge a card for what is owed and wait, some ten seconds at most, for its bank.

    Called outside transactions. Found again by its request, it goes on where it was. The payment's state is
    *settled*, *processing*, *needs_authentication* or *declined*.

    Raises:
        What ``request_payment`` raises: nothing is charged.
    """
    with transaction():
        asked = request_payment(wish, card_id=card_id, by=by or current_actor(), now=clock.now()).id
        charge = charge_of(PAYMENT, asked)
        attempt = open_attempt(charge.id) if charge else None
    if attempt is not None:
        collect(attempt_id=str(attempt.id))
    with transaction():
        return queries.payment(asked)


def give_money_back(wish: RefundWish) -> PaymentRefund:
    """Refund a payment and wait for the card's bank. Called outside transactions.

    Raises:
        What ``request_refund`` raises: nothing is given back.
    """
    with transaction():
        asked = request_refund(wish, by=current_actor(), now=clock.now())
        refund_id, is_open = asked.id, asked.state is RefundState.PROCESSING
    if is_open:
        send_refund(refund_id=str(refund_id))
    with transaction():
        return session.get_one(PaymentRefund, (scope.agency_id(), refund_id), populate_existing=True)
