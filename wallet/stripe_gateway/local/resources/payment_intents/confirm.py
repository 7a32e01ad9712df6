"""Charging: declined, waiting for the cardholder, on its way, held, or done."""

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.cards import BY_NUMBER
from wallet.stripe_gateway.local.declines import AUTHENTICATION_REQUIRED, Decline
from wallet.stripe_gateway.local.issuer import asks_to_confirm, count_down_decline, decline_on_charging, is_slow
from wallet.stripe_gateway.local.refusals import Json, unexpected_state
from wallet.stripe_gateway.local.resources import charging
from wallet.stripe_gateway.local.resources.disputing import open_dispute
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
    for name in ("setup_future_usage", "receipt_email", "shipping"):
        intent[name] = wish.get(name, intent[name])
    off_session = wish.get("off_session", False) not in {False, ""}
    if asks_to_confirm(method, off_session=off_session):
        if off_session or wish.get("error_on_requires_action"):
            _decline(call, intent, method, AUTHENTICATION_REQUIRED)
            raise refusal_of(AUTHENTICATION_REQUIRED, intent, method)
        ask_cardholder(call, intent, method, wish.get("return_url"))
        return intent
    if decline := _charge(call, intent, method):
        raise refusal_of(decline, intent, method)
    return intent


def authenticate(call: Call, intent: Json, *, passed: bool) -> Json:
    """The cardholder's answer to the challenge; the charge follows at once and may still be declined."""
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "This PaymentIntent does not wait for an authentication.")
    method = call.find("payment_method", intent["payment_method"])
    if passed:
        _charge(call, intent, method)
    else:
        _fail(call, intent, authentication_failed(intent, method))
    return intent


def settle(call: Call, intent: Json, *, paid: bool) -> Json:
    """The end of a slow payment."""
    if intent["status"] != "processing":
        raise unexpected_state(intent, "This PaymentIntent is not processing.")
    method = call.find("payment_method", intent["payment_method"])
    charge = call.find("charge", intent["latest_charge"])
    if paid:
        charging.succeed(call, charge)
        _succeed(call, intent, method, charge)
    else:
        error = charging.fail_debit(call, charge)
        _fail(call, intent, error | {"charge": charge["id"], "payment_method": method})
    return intent


def _charge(call: Call, intent: Json, method: Json) -> Decline | None:
    if decline := decline_on_charging(method):
        count_down_decline(method)
        call.save(method)
        _decline(call, intent, method, decline)
        return decline
    captured = intent["capture_method"] != "manual"
    charge = charging.charge(call, intent, method, status="pending" if is_slow(method) else "succeeded")
    intent |= {"payment_method": method["id"], "latest_charge": charge["id"], "next_action": None}
    intent["last_payment_error"] = None
    if is_slow(method):
        _wait(call, intent)
    elif captured:
        charging.succeed(call, charge)
        _succeed(call, intent, method, charge)
    else:
        _hold(call, intent, charge)
    return None


def _decline(call: Call, intent: Json, method: Json, decline: Decline) -> None:
    charge = charging.charge(call, intent, method, status="failed", decline=decline)
    intent["latest_charge"] = charge["id"]
    call.announce("charge.failed", charge)
    _fail(call, intent, decline_of(decline, method, charge=charge["id"]))


def _fail(call: Call, intent: Json, error: Json) -> None:
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None, "processing": None}
    intent["last_payment_error"] = error
    call.save(intent)
    call.announce("payment_intent.payment_failed", intent)


def _wait(call: Call, intent: Json) -> None:
    intent["status"] = "processing"
    call.save(intent)
    call.announce("charge.pending", call.find("charge", intent["latest_charge"]))
    call.announce("payment_intent.processing", intent)


def _hold(call: Call, intent: Json, charge: Json) -> None:
    intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
    call.save(intent)
    call.announce("charge.succeeded", charge)
    call.announce("payment_intent.amount_capturable_updated", intent)


def _succeed(call: Call, intent: Json, method: Json, charge: Json) -> None:
    intent |= {"status": "succeeded", "amount_received": charge["amount"], "processing": None}
    call.save(intent)
    _keep_method(call, intent, method)
    call.announce("payment_intent.succeeded", intent)
    card = BY_NUMBER.get(method.get("card", {}).get("_number", ""))
    if card and card.dispute:
        open_dispute(call, charge, card.dispute, charge["amount"])


def _keep_method(call: Call, intent: Json, method: Json) -> None:
    """A method that nobody keeps has had its one use."""
    if intent["setup_future_usage"] and intent["customer"]:
        attach(call, method, intent["customer"])
        method["_set_up"] = intent["setup_future_usage"] == "off_session"
    elif not method["customer"]:
        method["_spent"] = True
    call.save(method)
