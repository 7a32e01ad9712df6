"""Plans, resold services and apps: their lists, and one of them with its price list."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.foundation.ids import encode
from agency.plans import queries
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.models.providers import ServiceProvider
from agency.plans.operations.archiving import archive, restore
from agency.plans.operations.plans import ContentsWish, set_contents
from agency.plans.operations.products import ProductWish, add_product, change_product
from agency.plans.routes.pages import catalogue_pages
from agency.plans.rules.components import ProductKind
from agency.plans.schemas.fields import plain
from agency.plans.schemas.forms import CatalogueFilters, ContentsForm, KindQuery, ProductForm

pages = catalogue_pages("catalogue", __name__)


@pages.get("/catalogue")
@permits("catalogue.read")
def plans() -> str:
    return _list(ProductKind.SAAS_PLAN)


@pages.get("/catalogue/resold-services")
@permits("catalogue.read")
def resold() -> str:
    return _list(ProductKind.RESOLD_SERVICE)


@pages.get("/catalogue/apps")
@permits("catalogue.read")
def apps() -> str:
    return _list(ProductKind.MARKETPLACE_APP)


def _list(kind: ProductKind) -> str:
    filters = load_filters(CatalogueFilters())
    state = filters.get("state", "on_sale")
    page = queries.products(
        kind=kind, search=filters.get("search", ""), archived=state == "archived", cursor=filters.get("cursor")
    )
    ids, now = [product.id for product in page.rows], clock.now()
    return render_template(
        "agency/plans/products.html",
        kind=kind,
        page=page,
        filters=filters,
        prices=queries.prices_in_force(ids, at=now),
        contents=queries.contents_in_force(ids, at=now),
    )


@pages.route("/catalogue/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create() -> ResponseReturnValue:
    kind = ProductKind(load_filters(KindQuery())["kind"])
    form = Form(ProductForm(), initial={"tax_category": "standard"})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            added = add_product(ProductWish(kind=kind, **wish), by=current_actor(), now=clock.now())
            flash(_("Added. Now give it a price."), "success")
            return redirect(url_for(".show", product_id=added.id))
    return _form(form, kind, None, queries.tax_categories())


@pages.get("/catalogue/<id(prd):product_id>")
@permits("catalogue.read")
def show(product_id: UUID) -> str:
    product, now = queries.one(Product, product_id), clock.now()
    page = queries.prices(product_id=product.id, limit=200)
    return render_template(
        "agency/plans/product.html",
        product=product,
        prices=queries.prices_in_force([product.id], at=now),
        others=_not_sold(page.rows, now),
        contents=queries.plan_contents(product, at=now),
        providers=_named(product.provider_id),
        meters={meter.code: meter for meter in queries.meters_in_use()},
    )


def _not_sold(prices: Sequence[Price], now: datetime) -> dict[str, list[Price]]:
    """The price list's lines that begin later, those archived, and those of single clients."""
    return {
        "coming": [price for price in prices if price.effective_from > now and not price.is_archived],
        "archived": [price for price in prices if price.is_archived and price.version == 1],
        "own": [price for price in prices if price.sub_account_id and not price.is_archived],
    }


@pages.route("/catalogue/<id(prd):product_id>/edit", methods=["GET", "POST"])
@permits("catalogue.manage")
def edit(product_id: UUID) -> ResponseReturnValue:
    product = queries.one(Product, product_id)
    initial = {name: getattr(product, name) or "" for name in ProductForm().fields}
    if product.provider_id:
        initial["provider_id"] = encode(ServiceProvider.prefix, product.provider_id)
    form = Form(ProductForm(), initial=initial)
    changes = form.load()
    if changes is not None:
        with form.catching(), transaction():
            change_product(product, changes, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".show", product_id=product_id))
    categories = sorted({*queries.tax_categories(), product.tax_category})
    return _form(form, product.kind, product, categories)


def _form(form: Form, kind: ProductKind, product: Product | None, categories: Sequence[str]) -> ResponseReturnValue:
    return form.page(
        "agency/plans/product_form.html",
        kind=kind,
        product=product,
        categories=categories,
        providers=[(encode(ServiceProvider.prefix, row.id), row.name) for row in _providers(product)],
    )


def _providers(product: Product | None) -> list[ServiceProvider]:
    """Those offered, and the product's own where it was archived since."""
    offered = list(queries.providers_of(None))
    own = product.provider_id if product else None
    return offered if own is None or own in {row.id for row in offered} else [*offered, *_named(own)]


def _named(provider_id: UUID | None) -> list[ServiceProvider]:
    return list(queries.providers_by_id([provider_id] if provider_id else []).values())


@pages.route("/catalogue/<id(prd):plan_id>/contents", methods=["GET", "POST"])
@permits("catalogue.manage")
def contents(plan_id: UUID) -> ResponseReturnValue:
    plan = queries.plan(plan_id)
    form = Form(ContentsForm(currency=g.agency.currency), initial=_typed(queries.plan_contents(plan, at=clock.now())))
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            set_contents(plan, ContentsWish(**said), by=current_actor(), now=clock.now())
            flash(_("Saved. Existing subscriptions keep what they have."), "success")
            return redirect(url_for(".show", product_id=plan_id))
    return form.page("agency/plans/contents_form.html", plan=plan, meters=queries.meters_in_use())


def _typed(latest: PlanContents | None) -> dict[str, object]:
    """A plan's contents as they stand in the form."""
    if latest is None:
        return {}
    names = ("trial_days", "seats_included", "seats_max", "credits_roll_over")
    typed: dict[str, object] = {name: getattr(latest, name) or "" for name in names}
    typed |= {f"usage.{code}": plain(quantity) for code, quantity in latest.usage.items()}
    return typed | {"credits": latest.credits.plain() if latest.credits else ""}


@pages.post("/catalogue/<id(prd):product_id>/archive")
@permits("catalogue.manage")
def archive_product(product_id: UUID) -> ResponseReturnValue:
    product = queries.one(Product, product_id)
    with transaction():
        archive(product, by=current_actor(), now=clock.now())
    flash(_("%(name)s is archived.", name=product.name), "success")
    return redirect(url_for(".show", product_id=product_id))


@pages.post("/catalogue/<id(prd):product_id>/archive/end")
@permits("catalogue.manage")
def restore_product(product_id: UUID) -> ResponseReturnValue:
    product = queries.one(Product, product_id)
    with transaction():
        restore(product, by=current_actor(), now=clock.now())
    flash(_("%(name)s is on sale again.", name=product.name), "success")
    return redirect(url_for(".show", product_id=product_id))
