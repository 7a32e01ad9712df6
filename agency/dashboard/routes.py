"""The first page of the console."""

from flask import render_template

from agency.dashboard.first_steps import first_steps
from agency.foundation.access.blueprints import CONSOLE, console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_visitor
from agency.foundation.audit.queries import newest
from agency.foundation.tiles import tiles_for
from agency.tenants import queries

pages = console("dashboard", __name__)
SHOWN = 5


@pages.get("/")
@permits("agency.read")
def overview() -> str:
    return render_template(
        "agency/dashboard/overview.html",
        tiles=tiles_for(CONSOLE),
        first_steps=first_steps(current_visitor().may),
        sub_accounts=queries.sub_accounts(limit=SHOWN).rows,
        activity=newest(limit=SHOWN).rows if current_visitor().may("audit.read") else None,
    )
