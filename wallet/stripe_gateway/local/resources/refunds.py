from stripe.params import RefundCreateParams, RefundListParams, RefundRetrieveParams, RefundUpdateParams

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.currencies import displayed
from wallet.stripe_gateway.local.issuer import card_of
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.charging import book
from wallet.stripe_gateway.local.resources.editing import editing, merged_metadata
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/refunds"
_UNSERVED = frozenset(
    {"currency", "customer", "instructions_email", "origin", "refund_application_fee", "reverse_transfer"}
)
_CHANGED = ("refund.updated", "charge.refund.updated")


def create(call: Call, wish: Json) -> Json:
    charge = _charge(call, wish)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = wish.get("amount", left)
    _check(charge, amount, left)
    entry = book(call, charge, -amount, "refund", description=f"REFUND FOR CHARGE {charge['id']}")
    refund = _refund(call, charge, amount, wish) | {"balance_transaction": entry["id"]}
    call.save(entry | {"source": refund["id"]})
    call.add(refund)
    _add_refunded(call, charge, amount)
    call.announce("refund.created", refund)
    call.announce("charge.refunded", charge)
    return refund


def _charge(call: Call, wish: Json) -> Json:
    if ("charge" in wish) == ("payment_intent" in wish):
        raise invalid("You must provide exactly one of `charge` and `payment_intent`.", code="parameter_missing")
    if "charge" in wish:
        return call.find("charge", wish["charge"], param="charge")
    intent = call.find("payment_intent", wish["payment_intent"], param="payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.", param="payment_intent"
        )
    return call.find("charge", intent["latest_charge"])


def _check(charge: Json, amount: int, left: int) -> None:
    if not charge["captured"]:
        raise invalid(f"Charge {charge['id']} has not been captured.", param="charge")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if not left:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise invalid("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        shown = [displayed(value, charge["currency"]) for value in (amount, left)]
        raise invalid(
            f"Refund amount ({shown[0]}) is greater than unrefunded amount on charge ({shown[1]})", param="amount"
        )


def _refund(call: Call, charge: Json, amount: int, wish: Json) -> Json:
    card = card_of(call.find("payment_method", charge["payment_method"]))
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": None,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "reason": wish.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": card.refund if card else "pending",
        "transfer_reversal": None,
    }


def _add_refunded(call: Call, charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.save(charge)


def settle(call: Call, refund: Json, *, arrived: bool) -> Json:
    """A refund on its way arrives; or one that seemed done comes back, and the money with it."""
    if refund["status"] not in {"pending", "succeeded"} or (arrived and refund["status"] == "succeeded"):
        raise invalid(f"This refund is {refund['status']} already.")
    refund["status"] = "succeeded" if arrived else "failed"
    if not arrived:
        entry = book(call, refund, refund["amount"], "refund_failure")
        refund |= {"failure_reason": "expired_or_canceled_card", "failure_balance_transaction": entry["id"]}
        _add_refunded(call, call.find("charge", refund["charge"]), -refund["amount"])
    call.save(refund)
    for event_type in _CHANGED if arrived else (*_CHANGED, "refund.failed"):
        call.announce(event_type, refund)
    return refund


ROUTES = (
    Route("POST", _PATH, create, RefundCreateParams, unserved=_UNSERVED),
    Route("GET", _PATH, listing("refund", _PATH), RefundListParams),
    Route("GET", f"{_PATH}/<key>", retrieving("refund"), RefundRetrieveParams),
    Route("POST", f"{_PATH}/<key>", editing("refund", *_CHANGED), RefundUpdateParams),
)
