from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentUpdateParams,
)

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.currencies import check_amount, check_currency
from wallet.stripe_gateway.local.refusals import Json, invalid, unexpected_state
from wallet.stripe_gateway.local.resources import charging, intents
from wallet.stripe_gateway.local.resources.editing import edit
from wallet.stripe_gateway.local.resources.payment_intents.confirm import confirm
from wallet.stripe_gateway.local.resources.payment_intents.create import create
from wallet.stripe_gateway.local.resources.payment_methods.choose import chosen
from wallet.stripe_gateway.local.resources.reading import listing
from wallet.stripe_gateway.local.routing import Route

_KIND = "payment_intent"
_PATH = "/v1/payment_intents"
_CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
_UNSERVED = frozenset(
    {
        "amount_to_confirm",
        "application_fee_amount",
        "confirmation_method",
        "confirmation_token",
        "customer_account",
        "hooks",
        "mandate",
        "on_behalf_of",
        "transfer_data",
    }
)


def retrieve(call: Call, _wish: Json, key: str) -> Json:
    return intents.seen_by(call, intents.open_intent(call, _KIND, key))


def update(call: Call, wish: Json, key: str) -> Json:
    intent = call.find(_KIND, key)
    if {"amount", "currency", "customer", "payment_method", "payment_method_data"} & wish.keys():
        intents.check_confirmable(intent)
    if "currency" in wish:
        wish["currency"] = check_currency(wish["currency"])
    asked = intent | wish
    check_amount(asked["amount"], asked["currency"])
    if {"payment_method", "payment_method_data"} & wish.keys() and (method := chosen(call, wish, intent)):
        wish.pop("payment_method_data", None)
        wish["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    return edit(call, intent, wish)


def confirm_again(call: Call, wish: Json, key: str) -> Json:
    return intents.seen_by(call, confirm(call, intents.open_intent(call, _KIND, key), wish))


def capture(call: Call, wish: Json, key: str) -> Json:
    intent = call.find(_KIND, key)
    if intent["status"] != "requires_capture":
        message = f"This PaymentIntent could not be captured because it has a status of {intent['status']}."
        raise unexpected_state(intent, message)
    amount = wish["amount_to_capture"] if "amount_to_capture" in wish else intent["amount_capturable"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise invalid("The amount to capture is at most what is capturable.", param="amount_to_capture")
    charging.succeed(call, call.find("charge", intent["latest_charge"]), amount)
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    call.save(intent)
    call.announce("payment_intent.succeeded", intent)
    return intent


def cancel(call: Call, wish: Json, key: str) -> Json:
    intent = call.find(_KIND, key)
    if intent["status"] in _CANCELABLE:
        intent |= {"canceled_at": call.now, "amount_capturable": 0}
    return intents.cancel(call, intent, wish.get("cancellation_reason"), _CANCELABLE)


ROUTES = (
    Route("POST", _PATH, create, PaymentIntentCreateParams, unserved=_UNSERVED),
    Route("GET", _PATH, listing(_KIND, _PATH), PaymentIntentListParams),
    Route("GET", f"{_PATH}/<key>", retrieve, PaymentIntentRetrieveParams, publishable=True),
    Route("POST", f"{_PATH}/<key>", update, PaymentIntentUpdateParams, unserved=_UNSERVED),
    Route(
        "POST",
        f"{_PATH}/<key>/confirm",
        confirm_again,
        PaymentIntentConfirmParams,
        publishable=True,
        unserved=_UNSERVED,
    ),
    Route("POST", f"{_PATH}/<key>/capture", capture, PaymentIntentCaptureParams, unserved=_UNSERVED),
    Route("POST", f"{_PATH}/<key>/cancel", cancel, PaymentIntentCancelParams),
)
