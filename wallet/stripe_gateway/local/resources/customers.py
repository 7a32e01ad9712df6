from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerListPaymentMethodsParams,
    CustomerRetrieveParams,
    CustomerRetrievePaymentMethodParams,
    CustomerUpdateParams,
)

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.refusals import Json, missing
from wallet.stripe_gateway.local.resources.editing import edit, merged_metadata
from wallet.stripe_gateway.local.resources.payment_methods.attach import attach, detach
from wallet.stripe_gateway.local.resources.payment_methods.choose import named
from wallet.stripe_gateway.local.resources.reading import listing, page
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/customers"
_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_SETTINGS = dict.fromkeys(("custom_fields", "default_payment_method", "footer", "rendering_options"))
_PLAIN = frozenset({"balance", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt"})
_UNSERVED = frozenset({"cash_balance", "source", "tax", "tax_id_data", "test_clock"})


def create(call: Call, wish: Json) -> Json:
    customer = call.add(_customer(call, wish))
    if "payment_method" in wish:
        attach(call, named(call, wish["payment_method"]), customer["id"])
    _check_default(call, customer)
    call.announce("customer.created", customer)
    return customer


def _customer(call: Call, wish: Json) -> Json:
    return {
        "id": new_id("cus"),
        "object": "customer",
        "address": _ADDRESS | wish["address"] if wish.get("address") else None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new_id("")[1:9].upper(),
        "invoice_settings": _SETTINGS | wish.get("invoice_settings", {}),
        "livemode": False,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    } | {name: value for name, value in wish.items() if name in _PLAIN and value != ""}


def _check_default(call: Call, customer: Json) -> None:
    default = customer["invoice_settings"]["default_payment_method"]
    if default and call.find("payment_method", default, param=_DEFAULT)["customer"] != customer["id"]:
        raise missing("payment_method", default, param=_DEFAULT)


def retrieve(call: Call, _wish: Json, key: str) -> Json:
    """A deleted customer still answers, with its id alone."""
    found = call.store.find(call.account, key)
    return found if found and found["object"] == "customer" else call.find("customer", key)


def update(call: Call, wish: Json, key: str) -> Json:
    customer = edit(call, call.find("customer", key), wish, "customer.updated")
    _check_default(call, customer)
    return customer


def delete(call: Call, _wish: Json, key: str) -> Json:
    customer = call.find("customer", key)
    for method in call.store.page(call.account, "payment_method", {"customer": key}, limit=-1):
        detach(call, method)
    call.announce("customer.deleted", customer)
    return call.save({"id": key, "object": "customer", "deleted": True})


def list_payment_methods(call: Call, wish: Json, key: str) -> Json:
    call.find("customer", key)
    return page(call, "payment_method", f"{_PATH}/{key}/payment_methods", wish | {"customer": key})


def retrieve_payment_method(call: Call, _wish: Json, key: str, method_key: str) -> Json:
    method = call.find("payment_method", method_key)
    if method["customer"] != key:
        raise missing("payment_method", method_key)
    return method


_DEFAULT = "invoice_settings[default_payment_method]"

ROUTES = (
    Route("POST", _PATH, create, CustomerCreateParams, unserved=_UNSERVED),
    Route("GET", _PATH, listing("customer", _PATH), CustomerListParams),
    Route("GET", f"{_PATH}/<key>", retrieve, CustomerRetrieveParams),
    Route("POST", f"{_PATH}/<key>", update, CustomerUpdateParams, unserved=_UNSERVED),
    Route("DELETE", f"{_PATH}/<key>", delete, CustomerDeleteParams),
    Route("GET", f"{_PATH}/<key>/payment_methods", list_payment_methods, CustomerListPaymentMethodsParams),
    Route(
        "GET",
        f"{_PATH}/<key>/payment_methods/<method_key>",
        retrieve_payment_method,
        CustomerRetrievePaymentMethodParams,
    ),
)
