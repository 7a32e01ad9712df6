from stripe.params import EventListParams, EventRetrieveParams

from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/events"

ROUTES = (
    Route("GET", _PATH, listing("event", _PATH), EventListParams, unserved=frozenset({"delivery_success"})),
    Route("GET", f"{_PATH}/<key>", retrieving("event"), EventRetrieveParams),
)
