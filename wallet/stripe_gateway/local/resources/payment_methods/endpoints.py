from stripe.params import (
    PaymentMethodAttachParams,
    PaymentMethodCreateParams,
    PaymentMethodDetachParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
    PaymentMethodUpdateParams,
)

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.editing import edit
from wallet.stripe_gateway.local.resources.payment_methods import attach, create
from wallet.stripe_gateway.local.resources.payment_methods.choose import named
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/payment_methods"
_UNSERVED = frozenset({"customer", "customer_account", "payment_method"})


def attach_to_customer(call: Call, wish: Json, key: str) -> Json:
    if "customer" not in wish:
        raise invalid("Missing required param: customer.", code="parameter_missing", param="customer")
    return attach.attach(call, named(call, key), wish["customer"])


def detach_from_customer(call: Call, _wish: Json, key: str) -> Json:
    return attach.detach(call, call.find("payment_method", key))


def update(call: Call, wish: Json, key: str) -> Json:
    method = call.find("payment_method", key)
    if not method["customer"]:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    return edit(call, method, wish, "payment_method.updated")


ROUTES = (
    Route("POST", _PATH, create.create, PaymentMethodCreateParams, publishable=True, unserved=_UNSERVED),
    Route("GET", _PATH, listing("payment_method", _PATH), PaymentMethodListParams),
    Route("GET", f"{_PATH}/<key>", retrieving("payment_method"), PaymentMethodRetrieveParams),
    Route("POST", f"{_PATH}/<key>", update, PaymentMethodUpdateParams, unserved=frozenset({"us_bank_account"})),
    Route("POST", f"{_PATH}/<key>/attach", attach_to_customer, PaymentMethodAttachParams),
    Route("POST", f"{_PATH}/<key>/detach", detach_from_customer, PaymentMethodDetachParams),
)
