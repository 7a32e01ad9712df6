from stripe.params import (
    WebhookEndpointCreateParams,
    WebhookEndpointDeleteParams,
    WebhookEndpointListParams,
    WebhookEndpointRetrieveParams,
    WebhookEndpointUpdateParams,
)

from wallet.stripe_gateway.local.call import Call, new_id
from wallet.stripe_gateway.local.refusals import Json, invalid
from wallet.stripe_gateway.local.resources.editing import edit, merged_metadata
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_KIND = "webhook_endpoint"
_PATH = "/v1/webhook_endpoints"


def create(call: Call, wish: Json) -> Json:
    """The secret is told here and never again; `connect` listens to the connected accounts instead of the own."""
    _check_url(wish["url"])
    endpoint = {
        "id": new_id("we"),
        "object": _KIND,
        "api_version": wish.get("api_version"),
        "application": None,
        "created": call.now,
        "description": wish.get("description"),
        "enabled_events": wish["enabled_events"],
        "livemode": False,
        "metadata": merged_metadata({}, wish.get("metadata", {})),
        "status": "enabled",
        "url": wish["url"],
        "_connect": wish.get("connect", False),
        "_secret": new_id("whsec"),
    }
    return call.add(endpoint) | {"secret": endpoint["_secret"]}


def _check_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", code="url_invalid", param="url"
        )


def update(call: Call, wish: Json, key: str) -> Json:
    endpoint = call.find(_KIND, key)
    _check_url((endpoint | wish)["url"])
    if "disabled" in wish:
        wish["status"] = "disabled" if wish.pop("disabled") else "enabled"
    return edit(call, endpoint, wish)


def delete(call: Call, _wish: Json, key: str) -> Json:
    """What waited for it is dropped with it."""
    call.find(_KIND, key)
    call.store.run("DELETE FROM deliveries WHERE endpoint = ?", key)
    return call.save({"id": key, "object": _KIND, "deleted": True})


ROUTES = (
    Route("POST", _PATH, create, WebhookEndpointCreateParams),
    Route("GET", _PATH, listing(_KIND, _PATH), WebhookEndpointListParams),
    Route("GET", f"{_PATH}/<key>", retrieving(_KIND), WebhookEndpointRetrieveParams),
    Route("POST", f"{_PATH}/<key>", update, WebhookEndpointUpdateParams),
    Route("DELETE", f"{_PATH}/<key>", delete, WebhookEndpointDeleteParams),
)
