"""The first page of a sub-account's Billing panel."""

from flask import g, render_template

from agency.foundation.access.blueprints import PANEL, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_visitor
from agency.foundation.tiles import blocks_for, tiles_for
from agency.staff.queries import team
from agency.staff.roles import ROLE_NAMES

pages = panel("panel", __name__)


@pages.get("/")
@permits("panel.read")
def overview() -> str:
    return render_template(
        "subaccounts/panel/overview.html",
        sub_account=g.sub_account,
        tiles=tiles_for(PANEL),
        blocks=blocks_for(PANEL),
        people=team(g.sub_account.id) if current_visitor().may("team.read") else None,
        role_names=ROLE_NAMES,
    )
