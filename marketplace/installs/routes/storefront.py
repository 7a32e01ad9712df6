"""The storefront in a client's panel: what its agency shows, one app, and the page of consent."""

from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form, load_filters
from agency.foundation.schemas import FormSchema, QuerySchema, Text, TypedId, one_of
from agency.plans.schemas.fields import plain
from marketplace.catalogue import queries
from marketplace.catalogue.models.apps import App, AppPriceKind
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.pictures import png_response
from marketplace.catalogue.queries import Sold
from marketplace.catalogue.words import CATEGORIES
from marketplace.installs.operations.installing import InstallWish, install
from marketplace.installs.queries import running_install, running_installs
from marketplace.installs.routes.places import storefront as pages
from subaccounts.subscriptions.models.subscriptions import Collection


class AppFilters(QuerySchema):
    search = Text(longest=100)
    category = fields.String(validate=one_of(list(CATEGORIES)))
    cursor = fields.String()


class ConsentForm(FormSchema):
    """``seen`` is what was shown: permissions and price; if they are others by then, the page is shown again."""

    price_id = TypedId("apr", load_default=None)
    collection = fields.String(
        load_default=Collection.CARD.value, validate=one_of([Collection.CARD.value, Collection.WALLET.value])
    )
    permissions = fields.List(fields.String(), load_default=list)
    seen = fields.String(load_default="")


@pages.get("/apps")
@permits("apps.read")
def index() -> str:
    filters, now = load_filters(AppFilters()), clock.now()
    page = queries.listed_apps(
        search=filters.get("search", ""), category=filters.get("category"), cursor=filters.get("cursor"), limit=24
    )
    offers = queries.offers()
    sold = queries.sold_by_offers(list(offers.values()), sub_account_id=g.sub_account.id, now=now)
    return render_template(
        "marketplace/storefront/index.html",
        page=page,
        filters=filters,
        categories=queries.categories_in_use(),
        pictures=queries.pictures([app.id for app in page.rows]),
        publishers=queries.publishers(app.publisher_id for app in page.rows),
        sold={app_id: sold.get(offer.id, []) for app_id, offer in offers.items()},
        installed=running_installs(g.sub_account.id),
    )


@pages.get("/apps/<id(app):app_id>")
@permits("apps.read")
def show(app_id: UUID) -> str:
    app, _offer, sold = _offered(app_id)
    return render_template(
        "marketplace/storefront/show.html",
        app=app,
        sold=sold,
        pictures=queries.pictures([app.id]).get(app.id, []),
        publisher=queries.publishers([app.publisher_id])[app.publisher_id],
        install=running_install(g.sub_account.id, app.id),
    )


@pages.route("/apps/<id(app):app_id>/install", methods=["GET", "POST"])
@permits("installs.manage")
def consent(app_id: UUID) -> ResponseReturnValue:
    """Consent to permissions and price, and install."""
    app, _offer, sold = _offered(app_id)
    found = running_install(g.sub_account.id, app.id)
    if found is not None:
        return redirect(url_for("installed_apps.show", install_id=found.id))
    plans = [price for price in sold if price.kind is AppPriceKind.RECURRING]
    initial = {"collection": Collection.CARD, "price_id": plans[0].listed.public_id if plans else ""}
    form = Form(ConsentForm(), initial=initial)
    said = form.load()
    if said is not None:
        with form.catching():
            if said["seen"] == _seen(app, sold):
                return _install(app, said)
            form.errors = {"": [_("Permissions or prices have changed meanwhile. Look at them again.")]}
    return form.page(
        "marketplace/storefront/consent.html",
        app=app,
        sold=sold,
        plans=plans,
        seen=_seen(app, sold),
        publisher=queries.publishers([app.publisher_id])[app.publisher_id],
    )


@pages.get("/apps/pictures/<digest>.png")
@permits("apps.read")
def picture(digest: str) -> Response:
    return png_response(queries.picture(digest))


def _offered(app_id: UUID) -> tuple[App, AppOffer, list[Sold]]:
    app = queries.app(app_id)
    offer = queries.offer_of(app.id)
    if offer is None:
        raise NotFound
    return app, offer, queries.sold_prices(offer, sub_account_id=g.sub_account.id, now=clock.now())


def _seen(app: App, sold: list[Sold]) -> str:
    """What a page shows before it is consented to."""
    prices = (f"{price.listed.code}={_plain(price)}" for price in sold)
    return ";".join([*sorted(app.permissions), *prices])


def _plain(price: Sold) -> str:
    return "-".join(plain(value) for value in (price.amount, price.lowest, price.highest) if value is not None)


def _install(app: App, said: dict[str, Any]) -> ResponseReturnValue:
    with transaction():
        wish = InstallWish(
            sub_account=g.sub_account,
            app_id=app.id,
            permissions=frozenset(said["permissions"]),
            price_id=said["price_id"],
            collection=Collection(said["collection"]),
        )
        row = install(wish, by=current_actor(), now=clock.now())
    flash(_("%(name)s is installed.", name=app.name), "success")
    return redirect(url_for("installed_apps.show", install_id=row.id))
