"""How an agency offers an app, over the API."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from marketplace.catalogue import queries
from marketplace.catalogue.operations.offering import OfferWish, set_offer
from marketplace.catalogue.schemas import AppAnswer, OfferBody
from marketplace.catalogue.showing import shown

app_offers = api("app-offers", __name__, description="Which apps an agency's clients see, and for how much.")


@app_offers.route("/apps/<id(app):app_id>/offer")
class Offer(MethodView):
    @app_offers.arguments(OfferBody)
    @app_offers.response(200, AppAnswer)
    @permits("catalogue.manage")
    def put(self, said: dict[str, Any], app_id: UUID) -> dict[str, object]:
        """Offer an app to the agency's clients, hide it, or change what they pay from now on."""
        now = clock.now()
        with transaction():
            app = queries.app(app_id)
            set_offer(app, offer_wish(said), by=current_actor(), now=now)
            return shown([app], now=now)[0]


def offer_wish(said: dict[str, Any]) -> OfferWish:
    return OfferWish(
        is_shown=said["is_shown"],
        markup=said["markup"] or Decimal(1),
        own_prices={own["price_id"]: own["amount"] for own in said["own_prices"]},
        daily_limit=said["daily_limit"],
        monthly_limit=said["monthly_limit"],
    )
