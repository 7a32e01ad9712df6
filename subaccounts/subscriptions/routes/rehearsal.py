"""Price rehearsal: a part of the price editor, and a resource for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.errors import DomainError
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from agency.plans.rehearsals import Rehearser, rehearser_of
from agency.plans.rules.components import Component
from agency.plans.rules.resale import sell
from agency.plans.schemas.prices import NewVersion
from agency.plans.schemas.terms import read_terms
from subaccounts.subscriptions.operations.rehearsing import rehearse
from subaccounts.subscriptions.schemas.prices import RehearsalAnswer

resources = api("price-rehearsals", __name__, description="What last month would have cost at another price.")
SUBSCRIBED = Rehearser(
    components=frozenset(Component) - {Component.USAGE},
    rehearse=rehearse,
    template="subaccounts/subscriptions/rehearsal.html",
)
VERSION = {"model": "flat", "currency": "USD", "unit_price": "109.00"}


class NotRehearsed(DomainError):
    status = 422
    message = _l("A price of this kind cannot be rehearsed.")


@resources.route("/prices/<id(pri):price_id>/rehearsal")
class Rehearsals(MethodView):
    @resources.arguments(NewVersion, example=VERSION)
    @resources.response(200, RehearsalAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any], price_id: UUID) -> object:
        """What the last month would have cost each client under a new version; nothing is stored."""
        price = catalogue.one(Price, price_id)
        rehearser = rehearser_of(price)
        if rehearser is None:
            raise NotRehearsed
        terms, wholesale_cost = read_terms(wish, currency=price.currency)
        retail = sell(terms, wholesale_cost=wholesale_cost).retail
        return rehearser.rehearse(price, retail, wish.get("sub_account_id"), clock.now())
