"""Apps over the API: what is on the list, and for a publisher its own."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.idempotency.replay import idempotent
from agency.plans.rules.components import Interval
from marketplace.catalogue import queries
from marketplace.catalogue.models.apps import AppPrice, AppPriceKind
from marketplace.catalogue.operations.publishing import (
    AppPriceWish,
    add_app,
    add_app_price,
    change_app,
    retire,
    submit,
    withdraw_app_price,
)
from marketplace.catalogue.schemas import AppAnswer, AppChanges, AppPriceAnswer, AppPriceBody, AppQuery, Apps, NewApp
from marketplace.catalogue.showing import shown

apps = api("apps", __name__, description="Apps of the marketplace, and a publisher's own.")
PATH = "/apps/<id(app):app_id>"
STARTER = {
    "kind": "recurring",
    "code": "starter",
    "name": "Starter",
    "amount": "19.00",
    "interval": "month",
    "trial_days": 14,
}


@apps.route("/apps")
class AllApps(MethodView):
    @apps.arguments(AppQuery, location="query")
    @apps.response(200, Apps)
    @permits("apps.read")
    def get(self, query: dict[str, Any]) -> dict[str, object]:
        """The list of the marketplace, for a client what its agency shows of it; newest first."""
        now = clock.now()
        if query.pop("own", False):
            return {"data": shown(queries.own_apps(), now=now), "next_cursor": None}
        page = queries.listed_apps(**query)
        return {"data": shown(page.rows, now=now), "next_cursor": page.next_cursor}

    @idempotent
    @apps.arguments(NewApp)
    @apps.response(201, AppAnswer)
    @permits("apps.publish")
    def post(self, said: dict[str, Any]) -> dict[str, object]:
        """Add a draft, as a publisher."""
        now = clock.wall()
        with transaction():
            app = add_app(queries.publisher(), said, by=current_actor(), now=now)
            return shown([app], now=now)[0]


@apps.route(PATH)
class OneApp(MethodView):
    @apps.response(200, AppAnswer)
    @permits("apps.read")
    def get(self, app_id: UUID) -> dict[str, object]:
        """One app."""
        return shown([queries.app(app_id)], now=clock.now())[0]

    @apps.arguments(AppChanges)
    @apps.response(200, AppAnswer)
    @permits("apps.publish")
    def patch(self, said: dict[str, Any], app_id: UUID) -> dict[str, object]:
        """Change what is said of one's own app."""
        now = clock.wall()
        with transaction():
            app = queries.own_app(app_id)
            change_app(app, said, by=current_actor(), now=now)
            return shown([app], now=now)[0]


@apps.route(f"{PATH}/prices")
class AppPrices(MethodView):
    @idempotent
    @apps.arguments(AppPriceBody, example=STARTER)
    @apps.response(201, AppPriceAnswer)
    @permits("apps.publish")
    def post(self, said: dict[str, Any], app_id: UUID) -> AppPrice:
        """Add a line to the price list of one's own app."""
        with transaction():
            return add_app_price(queries.own_app(app_id), price_wish(said), by=current_actor(), now=clock.wall())


@apps.route(f"{PATH}/prices/<id(apr):app_price_id>")
class OneAppPrice(MethodView):
    @apps.response(204)
    @permits("apps.publish")
    def delete(self, app_id: UUID, app_price_id: UUID) -> None:
        """Withdraw a price of one's own app; whoever pays it goes on paying it."""
        with transaction():
            app, price = queries.own_app(app_id), queries.app_price(app_price_id)
            if price.app_id != app.id:
                raise NotFound
            withdraw_app_price(app, price, by=current_actor(), now=clock.wall())


@apps.route(f"{PATH}/submission")
class Submissions(MethodView):
    @apps.response(200, AppAnswer)
    @permits("apps.publish")
    def post(self, app_id: UUID) -> dict[str, object]:
        """Send one's own draft for review."""
        now = clock.wall()
        with transaction():
            app = queries.own_app(app_id)
            submit(app, by=current_actor(), now=now)
            return shown([app], now=now)[0]


@apps.route(f"{PATH}/retirement")
class Retirements(MethodView):
    @apps.response(200, AppAnswer)
    @permits("apps.publish")
    def post(self, app_id: UUID) -> dict[str, object]:
        """Take one's own app off the list; where it is installed it goes on."""
        now = clock.wall()
        with transaction():
            app = queries.own_app(app_id)
            retire(app, by=current_actor(), now=now)
            return shown([app], now=now)[0]


def price_wish(said: dict[str, Any]) -> AppPriceWish:
    interval = said["interval"]
    return AppPriceWish(
        **said | {"kind": AppPriceKind(said["kind"]), "interval": Interval(interval) if interval else None}
    )
