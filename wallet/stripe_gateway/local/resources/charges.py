from stripe.params import ChargeListParams, ChargeRetrieveParams, ChargeUpdateParams

from wallet.stripe_gateway.local.resources.editing import editing
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/charges"

ROUTES = (
    Route("GET", _PATH, listing("charge", _PATH), ChargeListParams),
    Route("GET", f"{_PATH}/<key>", retrieving("charge"), ChargeRetrieveParams),
    Route("POST", f"{_PATH}/<key>", editing("charge", "charge.updated"), ChargeUpdateParams),
)
