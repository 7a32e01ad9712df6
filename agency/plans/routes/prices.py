"""One price with its versions, and its editor with a live example."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.plans import queries
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.plans.operations.price_archive import archive_price, restore_price
from agency.plans.operations.price_versions import add_version
from agency.plans.operations.prices import add_price
from agency.plans.routes.price_editor import Editor
from agency.plans.routes.products import pages
from agency.plans.rules.curve import curve
from agency.tenants.models import SubAccountState
from agency.tenants.queries import sub_account as sub_account_by_id
from agency.tenants.queries import sub_accounts

__all__ = ["pages"]  # The room of the product itself.
CLIENTS_OFFERED = 200


@pages.get("/catalogue/prices/<id(pri):price_id>")
@permits("catalogue.read")
def price(price_id: UUID) -> str:
    shown = queries.one(Price, price_id)
    versions = queries.versions(shown.line_id)
    clients = {version.sub_account_id: None for version in versions if version.sub_account_id}
    return render_template(
        "agency/plans/price.html",
        price=shown,
        product=shown.product,
        versions=versions,
        sold=queries.price_in_force(shown.line_id, at=clock.now()),
        clients={client: sub_account_by_id(client) for client in clients},
        points=curve(shown.terms),
    )


@pages.route("/catalogue/<id(prd):product_id>/prices/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create_price(product_id: UUID) -> ResponseReturnValue:
    product = queries.one(Product, product_id)
    editor = Editor(product)
    loaded = editor.load()
    if loaded is not None:
        with editor.form.catching(), transaction():
            added = add_price(product, editor.wish(loaded), by=current_actor(), now=clock.now())
            flash(_("The price is on sale."), "success")
            return redirect(url_for(".price", price_id=added.id))
    return editor.page(meters=queries.meters_in_use())


@pages.route("/catalogue/prices/<id(pri):price_id>/versions/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create_version(price_id: UUID) -> ResponseReturnValue:
    former = queries.one(Price, price_id)
    editor = Editor(former.product, former)
    loaded = editor.load()
    if loaded is not None:
        with editor.form.catching(), transaction():
            wish = editor.wish(loaded)
            client = loaded["sub_account_id"]
            added = add_version(
                former,
                wish.terms,
                wholesale_cost=wish.wholesale_cost,
                sub_account=sub_account_by_id(client) if client else None,
                effective_from=wish.effective_from,
                by=current_actor(),
                now=clock.now(),
            )
            flash(_("The new version is kept. Existing subscriptions keep theirs."), "success")
            return redirect(url_for(".price", price_id=added.id))
    rehearsal = editor.rehearse(now=clock.now())
    clients = sub_accounts(state=SubAccountState.ACTIVE, limit=CLIENTS_OFFERED).rows
    return editor.page(clients=[each for each in clients if each.currency == former.currency], rehearsal=rehearsal)


@pages.post("/catalogue/prices/<id(pri):price_id>/archive")
@permits("catalogue.manage")
def withdraw(price_id: UUID) -> ResponseReturnValue:
    withdrawn = queries.one(Price, price_id)
    with transaction():
        archive_price(withdrawn, by=current_actor(), now=clock.now())
    flash(_("The price is archived."), "success")
    return redirect(url_for(".price", price_id=price_id))


@pages.post("/catalogue/prices/<id(pri):price_id>/archive/end")
@permits("catalogue.manage")
def sell_again(price_id: UUID) -> ResponseReturnValue:
    restored = queries.one(Price, price_id)
    with transaction():
        restore_price(restored, by=current_actor(), now=clock.now())
    flash(_("The price is on sale."), "success")
    return redirect(url_for(".price", price_id=price_id))
