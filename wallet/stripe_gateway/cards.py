"""Customers and their cards: numbers are typed at the processor, only tokens come here."""

from typing import Any

import stripe

from wallet.stripe_gateway.client import client_of, codes_of, part, refusals
from wallet.stripe_gateway.orders import Credentials, CustomerOrder, SetupOrder
from wallet.stripe_gateway.outcomes import Card, Declined, Setup

SETUP = "card_setup"  # The metadata that names our row.
EXPANDED = ["payment_method"]


def create_customer(credentials: Credentials, order: CustomerOrder) -> str:
    """Make the payer known to the processor; the same order gives the same customer.

    Raises:
        ProcessorUnreachable: no answer; send the same order again.
        ProcessorRefused: it said no.
    """
    with refusals():
        made = client_of(credentials).v1.customers.create(
            {
                "name": order.name,
                **({"email": order.email} if order.email else {}),
                "metadata": {"customer": str(order.customer_id)},
            },
            {"idempotency_key": order.idempotency_key},
        )
    return made.id


def begin_setup(credentials: Credentials, order: SetupOrder) -> Setup:
    """Prepare a card for charges without its holder; with a token it is confirmed in the same call.

    Raises:
        ProcessorUnreachable, ProcessorRefused: as in ``create_customer``; a card that is declined is no
            refusal but a Setup with an ``error``.
    """
    with refusals():
        try:
            made = client_of(credentials).v1.setup_intents.create(
                _parameters(order), {"idempotency_key": order.idempotency_key}
            )
        except stripe.CardError as error:
            return _declined(error)
    return _setup(made)


def _parameters(order: SetupOrder) -> Any:  # noqa: ANN401  # The SDK's own typed dictionary, with keys by choice.
    token = {"payment_method": order.payment_method, "confirm": True} if order.payment_method else {}
    return {
        "customer": order.customer,
        "allowed_payment_method_types": ["card"],
        "usage": "off_session",
        "metadata": {SETUP: str(order.setup_id)},
        "expand": EXPANDED,
    } | token


def read_setup(credentials: Credentials, intent: str) -> Setup:
    """How a setup stands.

    Raises:
        ProcessorUnreachable, ProcessorRefused: as above.
    """
    with refusals():
        return _setup(client_of(credentials).v1.setup_intents.retrieve(intent, {"expand": EXPANDED}))


def detach_card(credentials: Credentials, payment_method: str) -> None:
    """Forget the card at the processor; one that is already forgotten is fine.

    Raises:
        ProcessorUnreachable: no answer.
    """
    with refusals():
        try:
            client_of(credentials).v1.payment_methods.detach(payment_method)
        except stripe.InvalidRequestError:
            return


def _setup(made: stripe.SetupIntent) -> Setup:
    method = made.payment_method
    error = made.last_setup_error
    return Setup(
        intent=made.id,
        status=made.status,
        client_secret=made.client_secret or "",
        card=_card(method) if made.status == "succeeded" and isinstance(method, stripe.PaymentMethod) else None,
        error=Declined(codes_of(error), part(error, "message") or "") if error is not None else None,
    )


def _declined(error: stripe.CardError) -> Setup:
    return Setup(
        intent=part(part(error.error, "setup_intent"), "id") or "",
        status="declined",
        client_secret="",
        error=Declined(codes_of(error.error), error.user_message or ""),
    )


def _card(method: stripe.PaymentMethod) -> Card:
    card = method.card
    assert card is not None  # noqa: S101  # Setups take cards alone.
    return Card(
        payment_method=method.id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        fingerprint=card.fingerprint or method.id,
        funding=card.funding,
        country=card.country,
    )
