"""Tax rates by category and place."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, i18n
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.plans import queries
from agency.plans.models.taxes import STANDARD, Tax
from agency.plans.operations.archiving import archive, restore
from agency.plans.operations.taxes import TaxWish, add_tax, rename_tax
from agency.plans.routes.pages import catalogue_pages
from agency.plans.rules.tax import Treatment
from agency.plans.schemas.forms import CatalogueFilters, TaxForm, TaxNameForm

pages = catalogue_pages("catalogue_taxes", __name__)


@pages.get("/catalogue/taxes")
@permits("catalogue.read")
def index() -> str:
    filters = load_filters(CatalogueFilters(exclude=["search"]))
    page = queries.taxes(archived=filters.get("state") == "archived", cursor=filters.get("cursor"))
    return render_template("agency/plans/taxes.html", page=page, filters=filters)


@pages.route("/catalogue/taxes/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create() -> ResponseReturnValue:
    form = Form(TaxForm(), initial={"category": STANDARD, "treatment": Treatment.TAXED})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            asked = TaxWish(**(wish | {"treatment": Treatment(wish["treatment"])}))
            added = add_tax(asked, by=current_actor(), now=clock.now())
            flash(_("%(name)s holds from now on.", name=added.name), "success")
            return redirect(url_for(".index"))
    return form.page("agency/plans/tax_form.html", tax=None, countries=i18n.country_choices())


@pages.route("/catalogue/taxes/<id(tax):tax_id>", methods=["GET", "POST"])
@permits("catalogue.manage")
def edit(tax_id: UUID) -> ResponseReturnValue:
    tax = queries.one(Tax, tax_id)
    form = Form(TaxNameForm(), initial={"name": tax.name})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            rename_tax(tax, wish["name"], by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".index"))
    return form.page("agency/plans/tax_form.html", tax=tax, countries=[])


@pages.post("/catalogue/taxes/<id(tax):tax_id>/archive")
@permits("catalogue.manage")
def archive_tax(tax_id: UUID) -> ResponseReturnValue:
    tax = queries.one(Tax, tax_id)
    with transaction():
        archive(tax, by=current_actor(), now=clock.now())
    flash(_("%(name)s is archived.", name=tax.name), "success")
    return redirect(url_for(".index"))


@pages.post("/catalogue/taxes/<id(tax):tax_id>/archive/end")
@permits("catalogue.manage")
def restore_tax(tax_id: UUID) -> ResponseReturnValue:
    tax = queries.one(Tax, tax_id)
    with transaction():
        restore(tax, by=current_actor(), now=clock.now())
    flash(_("%(name)s holds again.", name=tax.name), "success")
    return redirect(url_for(".index"))
