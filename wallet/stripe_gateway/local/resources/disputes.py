from stripe.params import DisputeCloseParams, DisputeListParams, DisputeRetrieveParams, DisputeUpdateParams

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json
from wallet.stripe_gateway.local.resources.disputing import close_dispute
from wallet.stripe_gateway.local.resources.editing import edit
from wallet.stripe_gateway.local.resources.reading import listing, retrieving
from wallet.stripe_gateway.local.routing import Route

_PATH = "/v1/disputes"
# Stripe's test mode decides by these two words.
_VERDICTS = {"winning_evidence": True, "losing_evidence": False}


def update(call: Call, wish: Json, key: str) -> Json:
    submitted = wish.pop("submit", True)
    dispute = edit(call, call.find("dispute", key), wish, "charge.dispute.updated")
    words = dispute["evidence"].get("uncategorized_text")
    if submitted and words in _VERDICTS:
        return close_dispute(call, dispute, won=_VERDICTS[words])
    return dispute


def close(call: Call, _wish: Json, key: str) -> Json:
    """Giving up."""
    return close_dispute(call, call.find("dispute", key), won=False)


ROUTES = (
    Route("GET", _PATH, listing("dispute", _PATH), DisputeListParams),
    Route("GET", f"{_PATH}/<key>", retrieving("dispute"), DisputeRetrieveParams),
    Route("POST", f"{_PATH}/<key>", update, DisputeUpdateParams),
    Route("POST", f"{_PATH}/<key>/close", close, DisputeCloseParams),
)
