"""What in the world only the bank, the cardholder or time does."""

from collections.abc import Callable

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.declines import BY_DECLINE_CODE
from wallet.stripe_gateway.local.refusals import Json, invalid, missing
from wallet.stripe_gateway.local.resources.disputing import close_dispute, open_dispute
from wallet.stripe_gateway.local.resources.payment_intents import confirm as payment
from wallet.stripe_gateway.local.resources.refunds import settle as settle_the_refund
from wallet.stripe_gateway.local.resources.setup_intents import confirm as setup

Act = Callable[[Call, str, Json], Json]


def dispute_charge(call: Call, key: str, wish: Json) -> Json:
    """`reason` (fraudulent) and `amount` in minor units (all of it)."""
    charge = call.find("charge", key)
    told = {"reason": "fraudulent", "amount": charge["amount_captured"]} | wish
    return open_dispute(call, charge, told["reason"], told["amount"])


def end_dispute(call: Call, key: str, wish: Json) -> Json:
    return close_dispute(call, call.find("dispute", key), won=_choice(wish, "outcome", won=True, lost=False))


def answer_challenge(call: Call, key: str, wish: Json) -> Json:
    passed = _choice(wish, "outcome", succeeded=True, failed=False)
    if key.startswith("seti_"):
        return setup.authenticate(call, call.find("setup_intent", key), passed=passed)
    return payment.authenticate(call, call.find("payment_intent", key), passed=passed)


def answer_own_challenge(call: Call, key: str, wish: Json) -> Json:
    """The same, from the browser: the intent's client secret is the proof of being its cardholder."""
    kind = "setup_intent" if key.startswith("seti_") else "payment_intent"
    if call.find(kind, key)["client_secret"] != wish.get("client_secret"):
        raise missing(kind, key)
    return answer_challenge(call, key, wish)


def settle_payment(call: Call, key: str, wish: Json) -> Json:
    paid = _choice(wish, "outcome", succeeded=True, failed=False)
    return payment.settle(call, call.find("payment_intent", key), paid=paid)


def settle_refund(call: Call, key: str, wish: Json) -> Json:
    arrived = _choice(wish, "outcome", succeeded=True, failed=False)
    return settle_the_refund(call, call.find("refund", key), arrived=arrived)


def decline_charges(call: Call, key: str, wish: Json) -> Json:
    """From now on the card is declined so: `times` often, or until it is lifted with `decline_code` null."""
    method = call.find("payment_method", key)
    code = wish.get("decline_code")
    if code is None:
        method.pop("_decline", None)
    elif code in BY_DECLINE_CODE:
        method["_decline"] = {"decline_code": code, "times": wish.get("times")}
    else:
        raise invalid(f"The decline codes are {', '.join(BY_DECLINE_CODE)}.", param="decline_code")
    return call.save(method)


def _choice(wish: Json, name: str, **meanings: bool) -> bool:
    word = wish.get(name)
    if word not in meanings:
        raise invalid(f"{name} is one of {', '.join(meanings)}.", param=name)
    return meanings[str(word)]


ACTS: dict[str, Act] = {
    "/_control/charges/<key>/dispute": dispute_charge,
    "/_control/disputes/<key>/closure": end_dispute,
    "/_control/intents/<key>/authentication": answer_challenge,
    "/_control/intents/<key>/settlement": settle_payment,
    "/_control/refunds/<key>/settlement": settle_refund,
    "/_control/payment_methods/<key>/decline": decline_charges,
}
