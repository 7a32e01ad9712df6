"""What one product may take from a wallet in a day or a month."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.ids import encode
from agency.plans.models.products import Product
from agency.plans.queries import product_names
from wallet.credits.capping import capping
from wallet.credits.operations import caps as operations
from wallet.credits.queries import caps as caps_of
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.routes.refusing import refuse_closed
from wallet.screens.schemas import CapForm


@in_panel.get("/wallet/caps")
@in_console.get(f"{TAB}/caps")
@permits("wallets.read")
def caps(sub_account_id: UUID | None = None) -> str:
    at = place_at(sub_account_id)
    standing = capping([at.sub_account.id], now=clock.now())
    return render_template("wallet/screens/caps.html", at=at, standing=standing, products=product_names(archived=True))


@in_panel.route("/wallet/caps/new", methods=["GET", "POST"])
@in_console.route(f"{TAB}/caps/new", methods=["GET", "POST"])
@permits("wallets.manage")
def new_cap(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    """A cap of the same product, period and kind is changed by a new one."""
    at, products = place_at(sub_account_id), product_names()
    form = Form(CapForm(at.sub_account.currency, products))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            refuse_closed(at)
            operations.set_cap(at.sub_account, **wish, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(at.url("caps"))
    choices = [(encode(Product.prefix, product_id), name) for product_id, name in products.items()]
    return form.page("wallet/screens/cap.html", at=at, choices=choices)


@in_panel.post("/wallet/caps/<id(cap):cap_id>/remove")
@in_console.post(f"{TAB}/caps/<id(cap):cap_id>/remove")
@permits("wallets.manage")
def remove_cap(cap_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    """Raises NotFound: no such cap of this wallet."""
    at = place_at(sub_account_id)
    if cap_id not in {cap.id for cap in caps_of(at.wallet)}:
        raise NotFound
    with transaction():
        operations.remove_cap(cap_id, by=current_actor(), now=clock.now())
    flash(_("The cap is off."), "success")
    return redirect(at.url("caps"))
