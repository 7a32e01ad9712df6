"""Connect: accounts under a platform; `Stripe-Account` then speaks for them."""

from stripe.params import (
    AccountCreateParams,
    AccountDeleteParams,
    AccountListParams,
    AccountRetrieveCurrentParams,
    AccountRetrieveParams,
    AccountUpdateParams,
)

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.refusals import Json
from wallet.stripe_gateway.local.resources.editing import edit, merged_metadata
from wallet.stripe_gateway.local.resources.reading import listing
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/accounts"
_NOTHING_DUE: Json = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}
_UNSERVED = frozenset({"account_token", "documents", "external_account", "groups"})


def create(call: Call, wish: Json) -> Json:
    """An account that may take payments at once; who it belongs to is not asked here."""
    # Its own key is `sk_test_` and the part behind `acct_`.
    account = call.add(_account(call, new_id("acct"), wish))
    call.announce("account.updated", account)
    return account


def _account(call: Call, key: str, wish: Json) -> Json:
    return {
        "id": key,
        "object": "account",
        "business_profile": {"mcc": None, "name": None, "support_email": None, "url": None}
        | (wish.get("business_profile") or {}),
        "business_type": wish.get("business_type"),
        "capabilities": dict.fromkeys(wish.get("capabilities", {"card_payments": {}, "transfers": {}}), "active"),
        "charges_enabled": True,
        "controller": {"type": "application", "is_controller": True} | wish.get("controller", {}),
        "country": wish.get("country", "US"),
        "created": call.now,
        "default_currency": wish.get("default_currency", "usd"),
        "details_submitted": True,
        "email": wish.get("email"),
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"{_PATH}/{key}/external_accounts",
        },
        "future_requirements": _NOTHING_DUE,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "payouts_enabled": True,
        "requirements": _NOTHING_DUE,
        "settings": {"dashboard": {"display_name": None, "timezone": "Etc/UTC"}} | (wish.get("settings") or {}),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None} | wish.get("tos_acceptance", {}),
        "type": wish.get("type", "none"),
    }


def retrieve(call: Call, _wish: Json, key: str) -> Json:
    return retrieve_current(call, {}) if key == call.account else call.find("account", key)


def retrieve_current(call: Call, _wish: Json) -> Json:
    """A platform comes into being with its key: nobody has to create it."""
    platform = call.store.account_of(call.account)
    if platform and (account := call.store.find(platform, call.account)):
        return account
    return _account(call, call.account, {"type": "standard"})


def update(call: Call, wish: Json, key: str) -> Json:
    if "capabilities" in wish:
        wish["capabilities"] = dict.fromkeys(wish["capabilities"], "active")
    return edit(call, call.find("account", key), wish, "account.updated")


def delete(call: Call, _wish: Json, key: str) -> Json:
    call.find("account", key)
    return call.save({"id": key, "object": "account", "deleted": True})


ROUTES = (
    Route("GET", "/v1/account", retrieve_current, AccountRetrieveCurrentParams),
    Route("POST", _PATH, create, AccountCreateParams, unserved=_UNSERVED),
    Route("GET", _PATH, listing("account", _PATH), AccountListParams),
    Route("GET", f"{_PATH}/<key>", retrieve, AccountRetrieveParams),
    Route("POST", f"{_PATH}/<key>", update, AccountUpdateParams, unserved=_UNSERVED),
    Route("DELETE", f"{_PATH}/<key>", delete, AccountDeleteParams),
)
