"""Which payment method a request means."""

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.payment_methods.attach import SPENT
from wallet.stripe_gateway.local.resources.payment_methods.create import create, from_token


def named(call: Call, key: str) -> Json:
    """By id, or fresh from a test token."""
    return from_token(call, key) or call.find("payment_method", key, param="payment_method")


def chosen(call: Call, wish: Json, intent: Json) -> Json | None:
    """The method that the wish names for the intent, checked to be usable by the intent's customer."""
    if data := wish.get("payment_method_data"):
        method = create(call, data)
    elif key := wish.get("payment_method") or intent["payment_method"]:
        method = named(call, key)
    else:
        return None
    _check_owner(method, intent["customer"])
    _check_type(method, intent["payment_method_types"])
    return method


def _check_owner(method: Json, customer: str | None) -> None:
    owner = method["customer"]
    if method.get("_spent"):
        raise invalid(SPENT, param="payment_method")
    if owner and not customer:
        raise invalid(
            f"The PaymentMethod you provided belongs to Customer {owner}; please include the Customer in the "
            "`customer` parameter on the PaymentIntent.",
            param="payment_method",
        )
    if owner and owner != customer:
        raise invalid(
            f"The customer does not have a payment method with the ID {method['id']}. The payment method must be "
            "attached to the customer.",
            code="resource_missing",
            param="payment_method",
        )


def _check_type(method: Json, types: list[str]) -> None:
    if method["type"] not in types:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attempt "
            f"this payment again with one of these types: {', '.join(types)}.",
            code="payment_method_not_available",
            param="payment_method",
        )
