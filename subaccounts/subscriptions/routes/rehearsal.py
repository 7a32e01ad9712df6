"""Price rehearsal: a part of the price editor, and a resource for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from agency.plans.rehearsals import Rehearser, past_months, rehearser_of
from agency.plans.rules.components import Component
from agency.plans.rules.resale import sell
from agency.plans.schemas.terms import read_terms
from subaccounts.subscriptions.operations.rehearsing import rehearse
from subaccounts.subscriptions.schemas.prices import NewRehearsal, RehearsalAnswer

resources = api("price-rehearsals", __name__, description="What a past time would have cost at another price.")
SUBSCRIBED = Rehearser(
    components=frozenset(Component) - {Component.USAGE},
    rehearse=rehearse,
    template="subaccounts/subscriptions/rehearsal.html",
)
WISH = {"model": "flat", "currency": "USD", "unit_price": "109.00", "months": 3}


@resources.route("/prices/<id(pri):price_id>/rehearsal")
class Rehearsals(MethodView):
    @resources.arguments(NewRehearsal, example=WISH)
    @resources.response(200, RehearsalAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any], price_id: UUID) -> object:
        """What the past months would have cost each client under a new version; nothing is stored.

        Of usage, the periods that reach into that time are priced anew with all that was used in them.
        """
        price = catalogue.one(Price, price_id)
        terms, wholesale_cost = read_terms(wish, currency=price.currency)
        retail = sell(terms, wholesale_cost=wholesale_cost).retail
        past = past_months(wish["months"], now=clock.now())
        return rehearser_of(price).rehearse(price, retail, wish.get("sub_account_id"), past)
