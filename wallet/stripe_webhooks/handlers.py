"""What each kind of webhook means here. A handler answers whether the event was about something of ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import NotYet
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.charges.claims import is_leased
from wallet.charges.disputes import DisputeNews, note_dispute
from wallet.charges.jobs import collect, give_back
from wallet.charges.models import Charge, ChargeAttempt, DisputeState, Refund
from wallet.charges.operations import note_refund
from wallet.charges.queries import is_any_unanswered
from wallet.merchant_accounts.queries import merchant_account
from wallet.payment_methods import setups
from wallet.payment_methods.models import CardSetup, PaymentMethod, ProcessorCustomer
from wallet.payment_methods.operations import detach
from wallet.stripe_gateway.cards import SETUP
from wallet.stripe_gateway.charging import ATTEMPT
from wallet.stripe_gateway.refunding import REFUND

Json = dict[str, Any]
Handler = Callable[[UUID, Json], bool]
DISPUTE_STATES = {"lost": DisputeState.LOST, "won": DisputeState.WON}
# A bank that merely asks takes no money back.
INQUIRY = "warning_"
CLOCKS_DIFFER_BY = timedelta(minutes=1)


class AttemptBusy(NotYet):
    """Somebody is asking about it at this moment; the event is handled after them, lest theirs be the older answer."""


def look_at_charge(merchant_account_id: UUID, intent: Json) -> bool:
    attempt_id = _named(intent, ATTEMPT)
    with transaction():
        attempt = session.get(ChargeAttempt, (scope.agency_id(), attempt_id)) if attempt_id else None
        charge = session.get_one(Charge, (scope.agency_id(), attempt.charge_id)) if attempt else None
        if attempt is None or charge is None or charge.merchant_account_id != merchant_account_id:
            return False
        if is_leased(attempt.lease_until, clock.wall()):
            raise AttemptBusy
    collect(attempt_id=str(attempt.id))
    return True


def look_at_refund(merchant_account_id: UUID, made: Json) -> bool:
    with transaction():
        charge = _charge(merchant_account_id, made)
        if charge is None:
            return False
        refund = _refund(charge, made)
        if refund is None:
            if made["status"] == "succeeded":
                amount = Money.from_minor(made["amount"], made["currency"].upper())
                note_refund(charge, amount, stripe_refund=made["id"], now=clock.now())
            return True
        if is_leased(refund.lease_until, clock.wall()):
            raise AttemptBusy
    give_back(refund_id=str(refund.id), even_settled=True)
    return True


def note_the_dispute(merchant_account_id: UUID, told: Json) -> bool:
    with transaction():
        charge = _charge(merchant_account_id, told)
        if charge is None or told["status"].startswith(INQUIRY):
            return False
        news = DisputeNews(
            stripe_dispute=told["id"],
            amount=Money.from_minor(told["amount"], told["currency"].upper()),
            reason=told["reason"],
            state=DISPUTE_STATES.get(told["status"], DisputeState.OPEN),
        )
        note_dispute(charge, news, now=clock.now())
    return True


def finish_setup(merchant_account_id: UUID, intent: Json) -> bool:
    setup_id = _named(intent, SETUP)
    with transaction():
        setup = session.get(CardSetup, (scope.agency_id(), setup_id)) if setup_id else None
        if setup is None:
            return False
        customer = session.get_one(ProcessorCustomer, (scope.agency_id(), setup.processor_customer_id))
        if customer.merchant_account_id != merchant_account_id:
            return False
        setup.stripe_intent = setup.stripe_intent or intent["id"]  # Whoever began it may have died before it was noted.
    setups.finish(setup.id, now=clock.now())
    return True


def renew_card(merchant_account_id: UUID, method: Json) -> bool:
    """The bank has given the card a new date or number; the token stays."""
    with transaction():
        card = _card(merchant_account_id, method["id"])
        if card is None:
            return False
        told = method["card"]
        if (card.exp_month, card.exp_year) != (told["exp_month"], told["exp_year"]):
            card.expiry_told_at = None
        card.exp_month, card.exp_year, card.last4 = told["exp_month"], told["exp_year"], told["last4"]
        card.fingerprint = told.get("fingerprint") or card.fingerprint
    return True


def lose_card(merchant_account_id: UUID, method: Json) -> bool:
    """Removed at the processor's own pages: it can be charged no more, whoever still needs it."""
    with transaction():
        card = _card(merchant_account_id, method["id"])
        if card is None:
            return False
        detach(card, confirmed=True, by=PLATFORM, now=clock.now())
    return True


def note_the_account(merchant_account_id: UUID, account: Json) -> bool:
    with transaction():
        merchant = merchant_account(merchant_account_id)
        if merchant.stripe_account != account["id"]:
            return False
        merchant.charges_enabled, merchant.checked_at = bool(account.get("charges_enabled")), clock.now()
    return True


def _named(thing: Json, name: str) -> UUID | None:
    """Our row's id in the metadata; somebody else's payments carry none, or anything."""
    try:
        return UUID((thing.get("metadata") or {}).get(name, ""))
    except ValueError:
        return None


def _charge(merchant_account_id: UUID, told: Json) -> Charge | None:
    """Of a refund or dispute; None: of somebody else's payment.

    Raises:
        AttemptBusy: it may be of one of ours, whose answer is still to be noted.
    """
    intent = told.get("payment_intent")
    found = session.scalar(
        select(Charge).where(Charge.merchant_account_id == merchant_account_id, Charge.stripe_intent == intent)
    )
    by_then = datetime.fromtimestamp(told["created"], UTC) + CLOCKS_DIFFER_BY
    if found is None and intent and is_any_unanswered(merchant_account_id, sent_before=by_then):
        raise AttemptBusy
    return found


def _refund(charge: Charge, made: Json) -> Refund | None:
    refund_id = _named(made, REFUND)
    found = session.get(Refund, (scope.agency_id(), refund_id)) if refund_id else None
    if found is not None and found.charge_id == charge.id:
        return found
    return session.scalar(select(Refund).where(Refund.charge_id == charge.id, Refund.stripe_refund == made["id"]))


def _card(merchant_account_id: UUID, token: str) -> PaymentMethod | None:
    return session.scalar(
        select(PaymentMethod).where(
            PaymentMethod.merchant_account_id == merchant_account_id,
            PaymentMethod.stripe_id == token,
            PaymentMethod.detached_at.is_(None),
        )
    )


HANDLERS: dict[str, Handler] = {
    "payment_intent.succeeded": look_at_charge,
    "payment_intent.payment_failed": look_at_charge,
    "payment_intent.processing": look_at_charge,
    "payment_intent.canceled": look_at_charge,
    "setup_intent.succeeded": finish_setup,
    "payment_method.automatically_updated": renew_card,
    "payment_method.detached": lose_card,
    "refund.created": look_at_refund,
    "refund.updated": look_at_refund,
    "refund.failed": look_at_refund,
    "charge.dispute.created": note_the_dispute,
    "charge.dispute.closed": note_the_dispute,
    "account.updated": note_the_account,
}
