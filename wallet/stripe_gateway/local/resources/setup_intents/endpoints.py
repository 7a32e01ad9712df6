from stripe.params import (
    SetupIntentCancelParams,
    SetupIntentConfirmParams,
    SetupIntentCreateParams,
    SetupIntentListParams,
    SetupIntentRetrieveParams,
    SetupIntentUpdateParams,
)

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources import intents
from wallet.stripe_gateway.local.resources.editing import edit, merged_metadata
from wallet.stripe_gateway.local.resources.payment_methods.choose import chosen
from wallet.stripe_gateway.local.resources.reading import listing
from wallet.stripe_gateway.local.resources.setup_intents.confirm import confirm
from wallet.stripe_gateway.local.routing import Route

_KIND = "setup_intent"
_PATH = "/v1/setup_intents"
_CANCELABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_UNSERVED = frozenset(
    {"attach_to_self", "confirmation_token", "customer_account", "flow_directions", "on_behalf_of", "single_use"}
)


def create(call: Call, wish: Json) -> Json:
    if "return_url" in wish and not wish.get("confirm"):
        raise invalid("`return_url` can only be provided when `confirm` is true.", param="return_url")
    if "customer" in wish:
        call.find("customer", wish["customer"], param="customer")
    intent = call.add(_intent(call, wish))
    call.announce("setup_intent.created", intent)
    if wish.get("confirm"):
        return confirm(call, intent, wish)
    if method := chosen(call, wish, intent):
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return call.save(intent)


def _intent(call: Call, wish: Json) -> Json:
    key = new_id("seti")
    return {
        "id": key,
        "object": _KIND,
        "application": None,
        "cancellation_reason": None,
        "client_secret": new_id(f"{key}_secret"),
        "created": call.now,
        "customer": wish.get("customer"),
        "description": wish.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": wish.get("usage", "off_session"),
    } | intents.payment_method_types(wish, None)


def retrieve(call: Call, _wish: Json, key: str) -> Json:
    return intents.seen_by(call, intents.open_intent(call, _KIND, key))


def update(call: Call, wish: Json, key: str) -> Json:
    intent = call.find(_KIND, key)
    intents.check_confirmable(intent)
    if method := chosen(call, wish, intent):
        wish["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    wish.pop("payment_method_data", None)
    return edit(call, intent, wish)


def confirm_again(call: Call, wish: Json, key: str) -> Json:
    return intents.seen_by(call, confirm(call, intents.open_intent(call, _KIND, key), wish))


def cancel(call: Call, wish: Json, key: str) -> Json:
    return intents.cancel(call, call.find(_KIND, key), wish.get("cancellation_reason"), _CANCELABLE)


ROUTES = (
    Route("POST", _PATH, create, SetupIntentCreateParams, unserved=_UNSERVED),
    Route("GET", _PATH, listing(_KIND, _PATH), SetupIntentListParams),
    Route("GET", f"{_PATH}/<key>", retrieve, SetupIntentRetrieveParams, publishable=True),
    Route("POST", f"{_PATH}/<key>", update, SetupIntentUpdateParams, unserved=_UNSERVED),
    Route("POST", f"{_PATH}/<key>/confirm", confirm_again, SetupIntentConfirmParams, publishable=True),
    Route("POST", f"{_PATH}/<key>/cancel", cancel, SetupIntentCancelParams),
)
