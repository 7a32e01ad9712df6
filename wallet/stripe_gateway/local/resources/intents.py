"""What payment intents and setup intents have in common."""

from wallet.stripe_gateway.local.call import Call, public
from wallet.stripe_gateway.local.declines import Decline, refused, told
from wallet.stripe_gateway.local.refusals import Json, Refusal, invalid, missing, unexpected_state

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
# Each type with the currencies it is bound to, if any; a setup intent has none yet.
_SERVED_TYPES: dict[str, set[str | None]] = {"card": set(), "us_bank_account": {"usd", None}}
# What a browser with a publishable key may see of an intent.
_CLIENT_FIELDS = frozenset(
    (
        "id",
        "object",
        "amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "capture_method",
        "client_secret",
        "confirmation_method",
        "created",
        "currency",
        "description",
        "last_payment_error",
        "last_setup_error",
        "livemode",
        "next_action",
        "payment_method",
        "payment_method_types",
        "processing",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "status",
        "usage",
    )
)


def open_intent(call: Call, kind: str, key: str) -> Json:
    """The intent, if the caller has a secret key or this intent's own client secret."""
    intent = call.find(kind, key)
    if call.client_secret is not None and call.client_secret != intent["client_secret"]:
        raise missing(kind, key)
    return intent


def seen_by(call: Call, intent: Json) -> Json:
    if call.client_secret is None:
        return intent
    return {name: value for name, value in intent.items() if name in _CLIENT_FIELDS}


def payment_method_types(wish: Json, currency: str | None) -> Json:
    """The fields that say how the intent may be paid; without a word it is automatic, as with Stripe."""
    allowed, excluded = wish.get("allowed_payment_method_types"), wish.get("excluded_payment_method_types")
    automatic = wish.get("automatic_payment_methods")
    if allowed and (excluded or automatic):
        message = "`allowed_payment_method_types` excludes the other ways of choosing payment method types."
        raise invalid(message, param="allowed_payment_method_types")
    types = [
        kind
        for kind, currencies in _SERVED_TYPES.items()
        if kind in (allowed or _SERVED_TYPES)
        and kind not in (excluded or ())
        and currency in (currencies or {currency})
    ]
    if not types:
        raise invalid("No valid payment method types for this intent.", code="payment_intent_no_payment_method_types")
    if not allowed:
        automatic = {"allow_redirects": "always", "enabled": True} | (automatic or {})
    return {
        "allowed_payment_method_types": allowed,
        "automatic_payment_methods": automatic,
        "excluded_payment_method_types": excluded,
        "payment_method_types": types,
    }


def check_confirmable(intent: Json) -> None:
    if intent["status"] not in _OPEN:
        words = "it has already succeeded after being previously confirmed"
        if intent["status"] != "succeeded":
            words = f"it has a status of {intent['status']}"
        raise unexpected_state(intent, f"You cannot confirm this {_name(intent)} because {words}.")


def check_return_url(call: Call, intent: Json, wish: Json) -> None:
    """Automatic methods may redirect, so the server that confirms has to say where to."""
    automatic = intent["automatic_payment_methods"]
    if (
        call.client_secret is None
        and automatic
        and automatic["allow_redirects"] == "always"
        and "return_url" not in wish
    ):
        raise invalid(
            f"This {_name(intent)} is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never`.",
            param="return_url",
        )


def without_method(intent: Json) -> Refusal:
    return unexpected_state(
        intent,
        f"You cannot confirm this {_name(intent)} because it's missing a payment method. Update the {_name(intent)} "
        "with a payment method and then confirm it again.",
    )


def ask_cardholder(call: Call, intent: Json, method: Json, return_url: str | None) -> None:
    """The intent waits for the challenge: in a dialog of the script, or on a page that leads back."""
    action: Json = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    if return_url and call.client_secret is None:
        url = f"{call.origin}/v3/challenge?client_secret={intent['client_secret']}"
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}
    intent |= {"status": "requires_action", "payment_method": method["id"], "next_action": action}
    intent["_return_url"] = return_url
    call.save(intent)
    call.announce(f"{intent['object']}.requires_action", intent)


def authentication_failed(intent: Json, method: Json) -> Json:
    code = f"{intent['object']}_authentication_failure"
    return {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        f"PaymentMethod to attempt to fulfill this {_name(intent)} again.",
        "payment_method": public(method),
        "type": "invalid_request_error",
    }


def refusal_of(decline: Decline, intent: Json, method: Json) -> Refusal:
    """A decline told to the caller; the intent keeps it too."""
    refusal = refused(decline, lasting=True, payment_method=method, charge=intent.get("latest_charge"))
    refusal.error[intent["object"]] = dict(intent)
    return refusal


def decline_of(decline: Decline, method: Json, **details: str) -> Json:
    return told(decline) | {"payment_method": public(method)} | details


def cancel(call: Call, intent: Json, reason: str | None, cancelable: tuple[str, ...]) -> Json:
    if intent["status"] not in cancelable:
        raise unexpected_state(
            intent,
            f"You cannot cancel this {_name(intent)} because it has a status of {intent['status']}. Only a "
            f"{_name(intent)} with one of the following statuses may be canceled: {', '.join(cancelable)}.",
        )
    intent |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    call.save(intent)
    call.announce(f"{intent['object']}.canceled", intent)
    return intent


def _name(intent: Json) -> str:
    return "PaymentIntent" if intent["object"] == "payment_intent" else "SetupIntent"
