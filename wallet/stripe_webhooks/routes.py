"""Where the card processor reports. It is answered as soon as its word is kept; a job acts on it."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from wallet.stripe_webhooks import queries
from wallet.stripe_webhooks.operations import receive

inbox = outside("stripe_inbox", __name__)


@inbox.post("/webhooks/stripe/<id(mer):merchant_account_id>")
@public("The processor signs what it sends, and nothing is believed without its signature.")
def take_in(merchant_account_id: UUID) -> ResponseReturnValue:
    agency_id = queries.agency_of(merchant_account_id)
    with scope.of_agency(agency_id), transaction():
        receive(
            merchant_account_id,
            request.get_data(cache=False),
            request.headers.get("Stripe-Signature"),
            now=clock.wall(),
        )
    return "", 204
