"""Onboarding: accounts here may take payments at once, so that their owner is sent straight back."""

from stripe.params import AccountLinkCreateParams

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json
from wallet.stripe_gateway.local.routing import Route

_LIVES_SECONDS = 300


def create(call: Call, wish: Json) -> Json:
    call.find("account", wish["account"], param="account")
    return {
        "object": "account_link",
        "created": call.now,
        "expires_at": call.now + _LIVES_SECONDS,
        "url": wish["return_url"],
    }


ROUTES = (Route("POST", "/v1/account_links", create, AccountLinkCreateParams),)
