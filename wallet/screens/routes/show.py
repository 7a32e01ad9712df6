"""The wallet at a glance: its balance and what it is made of, automatic recharge, the newest movements."""

from uuid import UUID

from flask import render_template

from agency.foundation import clock
from agency.foundation.access.marks import permits
from wallet.credits.history import HistoryFilter, transactions
from wallet.screens.figures import figures_of
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.routes.add_funds import funds_form
from wallet.screens.routes.history import history_lines

NEWEST = 8


@in_panel.get("/wallet")
@in_console.get(TAB)
@permits("wallets.read")
def show(sub_account_id: UUID | None = None) -> str:
    at, now = place_at(sub_account_id), clock.now()
    page = transactions(at.wallet, HistoryFilter(), cursor=None, limit=NEWEST)
    return render_template(
        "wallet/screens/show.html",
        at=at,
        figures=figures_of(at, now=now),
        lines=history_lines(page.rows),
        funds=funds_form(at) if at.may_manage and not at.for_agency else None,
    )
