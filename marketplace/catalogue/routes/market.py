"""The agency's side of the marketplace: what is on the list, and how its clients see it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.foundation.money import Money
from agency.foundation.typed_amounts import typed
from agency.plans.schemas.fields import plain
from marketplace.catalogue import queries, words
from marketplace.catalogue.forms import MarketFilters, OfferForm
from marketplace.catalogue.models.apps import App, limit_of
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.operations.offering import OfferWish, set_offer
from marketplace.catalogue.pictures import png_response
from marketplace.catalogue.rules import ONE

market = console("market", __name__)
market.context_processor(lambda: {"words": words})


@market.get("/marketplace")
@permits("catalogue.read")
def index() -> str:
    filters = load_filters(MarketFilters())
    page = queries.listed_apps(
        search=filters.get("search", ""), category=filters.get("category"), cursor=filters.get("cursor")
    )
    ids = [app.id for app in page.rows]
    return render_template(
        "marketplace/offers/index.html",
        page=page,
        filters=filters,
        categories=queries.categories_in_use(),
        offers=queries.offers(),
        prices=queries.prices_of_apps(ids),
        publishers=queries.publishers(app.publisher_id for app in page.rows),
    )


@market.route("/marketplace/<id(app):app_id>", methods=["GET", "POST"])
@permits("catalogue.manage")
def offer(app_id: UUID) -> ResponseReturnValue:
    """Show an app to clients or hide it, and say for how much it is sold."""
    app = queries.app(app_id)
    kept = queries.offer_of(app.id)
    form = Form(OfferForm(app.currency), initial=_initial(app, kept))
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            set_offer(app, _wish(said), by=current_actor(), now=clock.now())
            flash(_("Saved. What runs already keeps its price."), "success")
            return redirect(url_for(".index"))
    return form.page(
        "marketplace/offers/offer.html",
        app=app,
        prices=queries.app_prices(app.id),
        pictures=queries.pictures([app.id]).get(app.id, []),
        publisher=queries.publishers([app.publisher_id])[app.publisher_id],
    )


@market.get("/marketplace/pictures/<digest>.png")
@permits("apps.read")
def picture(digest: str) -> Response:
    return png_response(queries.picture(digest))


def _initial(app: App, kept: AppOffer | None) -> dict[str, object]:
    if kept is None:
        return {"markup": "1", "is_shown": "1"}
    own = {price.app_price_id: price.own_amount for price in queries.offer_prices(kept.id)}
    limits = {
        name: limit_of(getattr(kept, f"{name}_micros"), app.currency) for name in ("daily_limit", "monthly_limit")
    }
    return {
        "markup": plain(kept.markup),
        "is_shown": "1" if kept.is_shown else "",
        **{name: typed(limit) for name, limit in limits.items()},
        **{
            f"own.{price.public_id}": typed(Money.of(plain(amount), app.currency))
            for price in queries.app_prices(app.id)
            if (amount := own.get(price.id)) is not None
        },
    }


def _wish(said: dict[str, Any]) -> OfferWish:
    return OfferWish(
        is_shown=said["is_shown"],
        markup=said["markup"] or ONE,
        own_prices={price_id: amount.amount for price_id, amount in said["own"].items()},
        daily_limit=said["daily_limit"],
        monthly_limit=said["monthly_limit"],
    )
