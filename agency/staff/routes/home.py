"""Where one's own pages begin: the console, the only panel, or a choice of panels."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from agency.foundation import web
from agency.foundation.access import blueprints
from agency.foundation.access.marks import signed_in
from agency.foundation.access.visitor import Visitor, current_visitor
from agency.staff import queries

home = blueprints.account("home", __name__)


@home.get("/")
@signed_in
def page() -> ResponseReturnValue:
    visitor = current_visitor()
    if None in visitor.grants:
        return redirect(first_page(visitor, None))
    panels = queries.panels(visitor.id)
    if len(panels) == 1:
        return redirect(first_page(visitor, panels[0].id))
    return render_template(
        "agency/staff/home.html", panels=[(panel, first_page(visitor, panel.id)) for panel in panels]
    )


def first_page(visitor: Visitor, place: UUID | None) -> str:
    """The first page of the rail that the visitor may open: at the agency (None), or in a sub-account's panel."""
    audience = blueprints.CONSOLE if place is None else blueprints.PANEL
    granted = visitor.grants[place]
    endpoint = next(entry.endpoint for entry in web.navigation[audience] if entry.permission in granted)
    if place is None:
        return url_for(endpoint, agency_slug=visitor.agency_slug)
    return url_for(endpoint, sub_account_id=place)
