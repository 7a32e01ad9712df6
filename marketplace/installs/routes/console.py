"""A publisher's console: its apps from draft to list, their prices and pictures, installs."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.i18n import LANGUAGES, currency_choices
from agency.foundation.money import Money
from agency.foundation.typed_amounts import typed
from agency.tenants.logo import BYTES_MAX, LogoMissing
from agency.webhooks.queries import endpoints_of_app
from marketplace.catalogue import queries, words
from marketplace.catalogue.forms import (
    AppForm,
    AppLimitsForm,
    AppPriceForm,
    NewAppForm,
    PictureForm,
    PublisherForm,
)
from marketplace.catalogue.models.apps import App, limit_of
from marketplace.catalogue.operations.pictures import add_picture, remove_picture
from marketplace.catalogue.operations.publishing import (
    add_app,
    add_app_price,
    change_app,
    register_publisher,
    retire,
    submit,
    withdraw_app_price,
)
from marketplace.catalogue.routes.api import price_wish
from marketplace.installs import published
from marketplace.installs import words as install_words

publisher_pages = console("publisher", __name__)
publisher_pages.context_processor(lambda: {"words": words, "install_words": install_words})
ONE = "/publisher/apps/<id(app):app_id>"
SAID = ("name", "tagline", "description", "support_address", "categories", "languages", "permissions")


@publisher_pages.get("/publisher")
@permits("earnings.read")
def index() -> ResponseReturnValue:
    try:
        publisher = queries.publisher()
    except NotFound:
        return redirect(url_for(".register"))
    return render_template(
        "marketplace/publisher/index.html", publisher=publisher, apps=queries.own_apps(), counts=published.counts()
    )


@publisher_pages.route("/publisher/registration", methods=["GET", "POST"])
@permits("apps.publish")
def register() -> ResponseReturnValue:
    form = Form(PublisherForm())
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            register_publisher(**said, by=current_actor(), now=clock.wall())
            flash(_("You can publish apps now."), "success")
            return redirect(url_for(".index"))
    return form.page("marketplace/publisher/register.html")


@publisher_pages.route("/publisher/apps/new", methods=["GET", "POST"])
@permits("apps.publish")
def create() -> ResponseReturnValue:
    form = Form(NewAppForm())
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            added = add_app(queries.publisher(), said, by=current_actor(), now=clock.wall())
            flash(_("Added. Now give it prices, then send it for review."), "success")
            return redirect(url_for(".show", app_id=added.id))
    return _app_page(form, None)


@publisher_pages.get(ONE)
@permits("earnings.read")
def show(app_id: UUID) -> str:
    app = queries.own_app(app_id)
    return render_template(
        "marketplace/publisher/app.html",
        app=app,
        prices=queries.app_prices(app.id),
        pictures=queries.pictures([app.id]).get(app.id, []),
        installs=published.published_installs(app.id),
        count=published.counts().get(app.id),
        limits=_limits(app),
        endpoints=endpoints_of_app(app.id),
    )


@publisher_pages.route(f"{ONE}/edit", methods=["GET", "POST"])
@permits("apps.publish")
def edit(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    form = Form(AppForm(), initial={name: getattr(app, name) for name in SAID})
    said = form.load()
    if said is not None:
        _change(form, app, said)
    return _app_page(form, app) if said is None or form.errors else redirect(url_for(".show", app_id=app.id))


@publisher_pages.route(f"{ONE}/limits", methods=["GET", "POST"])
@permits("apps.publish")
def limits(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    form = Form(AppLimitsForm(app.currency), initial={name: typed(limit) for name, limit in _limits(app).items()})
    said = form.load()
    if said is not None:
        _change(form, app, said)
    if said is None or form.errors:
        return form.page("marketplace/publisher/limits.html", app=app)
    return redirect(url_for(".show", app_id=app.id))


@publisher_pages.route(f"{ONE}/prices/new", methods=["GET", "POST"])
@permits("apps.publish")
def add_price(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    form = Form(AppPriceForm(app.currency))
    said = form.load()
    if said is not None:
        wish = {name: value.amount if isinstance(value, Money) else value for name, value in said.items()}
        with form.catching(), transaction():
            add_app_price(app, price_wish(wish), by=current_actor(), now=clock.wall())
            flash(_("Added. Agencies sell it once they have said for how much."), "success")
            return redirect(url_for(".show", app_id=app.id))
    return form.page("marketplace/publisher/price.html", app=app)


@publisher_pages.post(f"{ONE}/prices/<id(apr):app_price_id>/withdrawal")
@permits("apps.publish")
def withdraw_price(app_id: UUID, app_price_id: UUID) -> ResponseReturnValue:
    app, price = queries.own_app(app_id), queries.app_price(app_price_id)
    if price.app_id != app.id:
        raise NotFound
    with transaction():
        withdraw_app_price(app, price, by=current_actor(), now=clock.wall())
    flash(_("Withdrawn. Whoever pays it goes on paying it."), "success")
    return redirect(url_for(".show", app_id=app.id))


@publisher_pages.route(f"{ONE}/pictures", methods=["GET", "POST"])
@permits("apps.publish")
def pictures(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    form = Form(PictureForm())
    said = form.load()
    if said is not None:
        sent = request.files.get("logo")
        with form.catching(), transaction():
            if not sent:
                raise LogoMissing
            add_picture(app, sent.read(BYTES_MAX + 1), **said, by=current_actor(), now=clock.wall())
            return redirect(url_for(".pictures", app_id=app.id))
    shown = queries.pictures([app.id]).get(app.id, [])
    return form.page("marketplace/publisher/pictures.html", app=app, pictures=shown)


@publisher_pages.post(f"{ONE}/pictures/<digest>/removal")
@permits("apps.publish")
def forget_picture(app_id: UUID, digest: str) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    with transaction():
        remove_picture(app, digest, by=current_actor(), now=clock.wall())
    return redirect(url_for(".pictures", app_id=app.id))


@publisher_pages.post(f"{ONE}/submission")
@permits("apps.publish")
def send_for_review(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    with transaction():
        submit(app, by=current_actor(), now=clock.wall())
    flash(_("Sent for review."), "success")
    return redirect(url_for(".show", app_id=app.id))


@publisher_pages.post(f"{ONE}/retirement")
@permits("apps.publish")
def take_off(app_id: UUID) -> ResponseReturnValue:
    app = queries.own_app(app_id)
    with transaction():
        retire(app, by=current_actor(), now=clock.wall())
    flash(_("Retired. Where it is installed it goes on."), "success")
    return redirect(url_for(".show", app_id=app.id))


def _change(form: Form, app: App, said: dict[str, Any]) -> None:
    with form.catching(), transaction():
        change_app(app, said, by=current_actor(), now=clock.wall())
        flash(_("Saved."), "success")


def _limits(app: App) -> dict[str, Money | None]:
    return {name: limit_of(getattr(app, f"{name}_micros"), app.currency) for name in ("daily_limit", "monthly_limit")}


def _app_page(form: Form, app: App | None) -> ResponseReturnValue:
    chosen = {name: _chosen(form, name) for name in ("categories", "languages", "permissions")}
    return form.page(
        "marketplace/publisher/app_form.html",
        app=app,
        chosen=chosen,
        tongues=list(LANGUAGES.items()),
        currencies=currency_choices(),
    )


def _chosen(form: Form, name: str) -> list[str]:
    return request.form.getlist(name) if form.is_submitted else list(form.values.get(name) or [])
