"""Charge a card, and find out what became of a charge whose answer never came."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import stripe

from wallet.stripe_gateway.client import (
    KEY_LIVES,
    NOT_FOUND,
    QUIET,
    ProcessorUnreachable,
    client_of,
    codes_of,
    is_indefinite,
    is_locked_out,
    part,
    refusals,
    unknown,
)
from wallet.stripe_gateway.orders import ChargeOrder, Credentials
from wallet.stripe_gateway.outcomes import (
    OURS,
    ChargeOutcome,
    Declined,
    NeedsAuthentication,
    Processing,
    Settled,
    Unknown,
)

ATTEMPT = "charge_attempt"  # The metadata that names our row.
CLOCKS_APART = timedelta(hours=1)  # Ours and the processor's, at the very most.
AUTHENTICATION_REQUIRED = "authentication_required"
PAGE = 100


def charge(order: ChargeOrder) -> ChargeOutcome:
    """Try the card once. Sent again with the same order it gives the first answer, for a day."""
    try:
        return _create(order)
    except stripe.StripeError as error:
        return unknown(error) if is_indefinite(error) else _ours(error)


def find_charge(order: ChargeOrder, *, sent_at: datetime, now: datetime) -> ChargeOutcome:
    """What became of a charge first sent at ``sent_at``.

    With a known intent it is read. Else the same key is sent again while the processor remembers it, which also
    does the work if the first call never arrived; what that leaves open is looked up among the customer's intents
    by metadata. Nothing is ever charged a second time.
    """
    if order.intent:
        return look_at(order)
    repeated = _again(order) if now - sent_at < KEY_LIVES else Unknown("the key has expired", answered=True)
    if not isinstance(repeated, Unknown):
        return repeated
    listed = _listed(order, sent_at)
    if listed is None and repeated.answered and now - sent_at > QUIET:
        return Declined((NOT_FOUND, OURS), "The processor never carried it out.")
    return listed or repeated


def withdraw(order: ChargeOrder, *, sent_at: datetime, now: datetime) -> ChargeOutcome:
    """Make sure that a charge nobody wants any more does not happen; if it did, say so. It sends nothing anew."""
    if order.intent:
        return cancel(order)
    listed = _listed(order, sent_at)
    if listed is None:
        is_quiet = now - sent_at > QUIET
        return Declined((NOT_FOUND, OURS), "") if is_quiet else Unknown("it may still arrive")
    if isinstance(listed, NeedsAuthentication | Processing | Declined) and listed.intent:
        return cancel(replace(order, intent=listed.intent))
    return listed


def look_at(order: ChargeOrder) -> ChargeOutcome:
    """Read the order's intent. One that failed after its client secret was given out is closed for good."""
    assert order.intent is not None  # noqa: S101  # The caller knows it: it stands in the row.
    try:
        intent = client_of(order.credentials).v1.payment_intents.retrieve(order.intent)
    except stripe.StripeError as error:
        return unknown(error)
    outcome = _outcome(intent)
    return cancel(order) if isinstance(outcome, Declined) and intent.status != "canceled" else outcome


def cancel(order: ChargeOrder) -> ChargeOutcome:
    """Make sure that the intent never charges; if it already did, say so."""
    assert order.intent is not None  # noqa: S101  # The same.
    intents = client_of(order.credentials).v1.payment_intents
    try:
        return _outcome(intents.cancel(order.intent))
    except stripe.InvalidRequestError:
        pass  # It ended in the meantime, or is under way.
    except stripe.StripeError as error:
        return unknown(error)
    try:
        return _outcome(intents.retrieve(order.intent))
    except stripe.StripeError as error:
        return unknown(error)


def client_secret(credentials: Credentials, intent: str) -> str:
    """What a browser needs to confirm the intent with its cardholder's bank; never stored.

    Raises:
        ProcessorUnreachable: no answer.
        ProcessorRefused: no such intent.
    """
    with refusals():
        found = client_of(credentials).v1.payment_intents.retrieve(intent).client_secret
    if found is None:
        raise ProcessorUnreachable
    return found


def _parameters(order: ChargeOrder) -> Any:  # noqa: ANN401  # The SDK's own typed dictionary, with a key by choice.
    presence = {"off_session": True} if order.off_session else {"use_stripe_sdk": True}
    return {
        "amount": order.amount.minor_units,
        "currency": order.amount.currency.lower(),
        "customer": order.customer,
        "payment_method": order.payment_method,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "description": order.description,
        "metadata": dict(order.metadata) | {ATTEMPT: str(order.attempt_id)},
    } | presence


def _again(order: ChargeOrder) -> ChargeOutcome:
    """The same request; a key that was locked out meanwhile says nothing about the first."""
    try:
        return _create(order)
    except stripe.StripeError as error:
        return unknown(error) if is_indefinite(error) or is_locked_out(error) else _ours(error)


def _create(order: ChargeOrder) -> ChargeOutcome:
    try:
        return _outcome(
            client_of(order.credentials).v1.payment_intents.create(
                _parameters(order), {"idempotency_key": order.idempotency_key}
            )
        )
    except stripe.CardError as error:
        return _refused(error)


def _listed(order: ChargeOrder, sent_at: datetime) -> ChargeOutcome | None:
    """The customer's intents since it was sent; None when ours is not among them."""
    since = int((sent_at - CLOCKS_APART).timestamp())
    try:
        intents = client_of(order.credentials).v1.payment_intents.list(
            {"customer": order.customer, "created": {"gte": since}, "limit": PAGE}
        )
        for intent in intents.auto_paging_iter():
            if intent.metadata.to_dict().get(ATTEMPT) == str(order.attempt_id):
                return _outcome(intent)
    except stripe.StripeError as error:
        return unknown(error)
    return None


def _outcome(intent: stripe.PaymentIntent) -> ChargeOutcome:
    if intent.status == "succeeded":
        charge = intent.latest_charge
        return Settled(intent.id, charge if isinstance(charge, str) else charge.id if charge else "")
    if intent.status in {"processing", "requires_capture"}:
        return Processing(intent.id)
    if intent.status in {"requires_action", "requires_confirmation"}:
        return NeedsAuthentication(intent.id, intent.client_secret or "")
    return _failed(intent)


def _failed(intent: stripe.PaymentIntent) -> ChargeOutcome:
    told = intent.last_payment_error
    if told is None:
        return Declined((intent.status, OURS), "The payment was canceled.", intent.id)
    if part(told, "code") == AUTHENTICATION_REQUIRED and intent.status != "canceled":
        return NeedsAuthentication(intent.id, intent.client_secret or "")
    return Declined(codes_of(told), part(told, "message") or "", intent.id)


def _refused(error: stripe.CardError) -> ChargeOutcome:
    intent = part(error.error, "payment_intent")
    if error.code == AUTHENTICATION_REQUIRED and intent is not None:
        return NeedsAuthentication(intent.id, intent.client_secret or "")
    return Declined(codes_of(error.error), error.user_message or "", part(intent, "id"))


def _ours(error: stripe.StripeError) -> Declined:
    return Declined((error.code or type(error).__name__, OURS), error.user_message or "")
