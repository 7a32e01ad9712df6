"""Saving a card: refused, waiting for the cardholder, or done and attached."""

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.issuer import asks_to_confirm_saving, decline_on_saving
from wallet.stripe_gateway.local.refusals import Json, unexpected_state
from wallet.stripe_gateway.local.resources.intents import (
    ask_cardholder,
    authentication_failed,
    check_confirmable,
    check_return_url,
    decline_of,
    refusal_of,
    without_method,
)
from wallet.stripe_gateway.local.resources.payment_methods.attach import attach
from wallet.stripe_gateway.local.resources.payment_methods.choose import chosen


def confirm(call: Call, intent: Json, wish: Json) -> Json:
    check_confirmable(intent)
    check_return_url(call, intent, wish)
    method = chosen(call, wish, intent)
    if method is None:
        raise without_method(intent)
    if decline := decline_on_saving(method):
        _fail(call, intent, decline_of(decline, method))
        raise refusal_of(decline, intent, method)
    if asks_to_confirm_saving(method):
        ask_cardholder(call, intent, method, wish.get("return_url"))
    else:
        _succeed(call, intent, method)
    return intent


def authenticate(call: Call, intent: Json, *, passed: bool) -> Json:
    """The cardholder's answer to the challenge."""
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "This SetupIntent does not wait for an authentication.")
    method = call.find("payment_method", intent["payment_method"])
    if passed:
        _succeed(call, intent, method)
    else:
        _fail(call, intent, authentication_failed(intent, method))
    return intent


def _succeed(call: Call, intent: Json, method: Json) -> None:
    if intent["customer"]:
        attach(call, method, intent["customer"])
    if intent["usage"] == "off_session":
        call.save(method | {"_set_up": True})
    intent |= {
        "status": "succeeded",
        "payment_method": method["id"],
        "next_action": None,
        "last_setup_error": None,
    }
    call.save(intent)
    call.announce("setup_intent.succeeded", intent)


def _fail(call: Call, intent: Json, error: Json) -> None:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_setup_error": error,
    }
    call.save(intent)
    call.announce("setup_intent.setup_failed", intent)
