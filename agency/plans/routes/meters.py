"""What usage is counted in."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.plans import queries, words
from agency.plans.models.meters import Meter
from agency.plans.operations.archiving import archive, restore
from agency.plans.operations.meters import MeterWish, add_meter, change_meter
from agency.plans.routes.pages import catalogue_pages
from agency.plans.rules.aggregation import Aggregation
from agency.plans.schemas.forms import CatalogueFilters, MeterChangesForm, MeterForm

pages = catalogue_pages("catalogue_meters", __name__)


@pages.get("/catalogue/meters")
@permits("catalogue.read")
def index() -> str:
    filters = load_filters(CatalogueFilters(exclude=["search"]))
    page = queries.meters(archived=filters.get("state") == "archived", cursor=filters.get("cursor"))
    return render_template("agency/plans/meters.html", page=page, filters=filters)


@pages.route("/catalogue/meters/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create() -> ResponseReturnValue:
    form = Form(MeterForm(), initial={"aggregation": Aggregation.SUM})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            asked = MeterWish(**(wish | {"aggregation": Aggregation(wish["aggregation"])}))
            added = add_meter(asked, by=current_actor(), now=clock.now())
            flash(_("%(name)s is ready to count.", name=added.name), "success")
            return redirect(url_for(".index"))
    return form.page("agency/plans/meter_form.html", meter=None)


@pages.route("/catalogue/meters/<id(mtr):meter_id>", methods=["GET", "POST"])
@permits("catalogue.manage")
def edit(meter_id: UUID) -> ResponseReturnValue:
    meter = queries.one(Meter, meter_id)
    form = Form(MeterChangesForm(), initial={"name": meter.name, "unit": meter.unit})
    changes = form.load()
    if changes is not None:
        with form.catching(), transaction():
            change_meter(meter, changes, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".index"))
    return form.page("agency/plans/meter_form.html", meter=meter)


@pages.post("/catalogue/meters/<id(mtr):meter_id>/archive")
@permits("catalogue.manage")
def archive_meter(meter_id: UUID) -> ResponseReturnValue:
    meter = queries.one(Meter, meter_id)
    with transaction():
        archive(meter, by=current_actor(), now=clock.now())
    flash(_("%(name)s is archived.", name=words.meter_name(meter)), "success")
    return redirect(url_for(".index"))


@pages.post("/catalogue/meters/<id(mtr):meter_id>/archive/end")
@permits("catalogue.manage")
def restore_meter(meter_id: UUID) -> ResponseReturnValue:
    meter = queries.one(Meter, meter_id)
    with transaction():
        restore(meter, by=current_actor(), now=clock.now())
    flash(_("%(name)s counts again.", name=words.meter_name(meter)), "success")
    return redirect(url_for(".index"))
