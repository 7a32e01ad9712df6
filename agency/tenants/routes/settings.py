"""The agency's settings, from which its sub-accounts take their defaults."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.tenants.operations.agencies import change_agency
from agency.tenants.schemas import AgencySettings

pages = console("agency_settings", __name__)


@pages.route("/settings", methods=["GET", "POST"])
@permits("agency.manage")
def show() -> ResponseReturnValue:
    schema = AgencySettings(unknown=EXCLUDE)
    form = Form(schema, initial={name: getattr(g.agency, name) or "" for name in schema.fields})
    changes = form.load()
    if changes is not None:
        with form.catching(), transaction():
            change_agency(g.agency, changes, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".show"))
    return form.page("agency/tenants/settings.html", agency=g.agency, zones=i18n.TIME_ZONES)
