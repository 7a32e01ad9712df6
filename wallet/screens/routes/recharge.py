"""Automatic recharge: what holds, how it is set and ended, and why it did or did not charge."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import load_filters
from wallet.recharge import queries
from wallet.recharge.operations.saving import remove_rule
from wallet.screens.columns import aligned
from wallet.screens.figures import figures_of
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.schemas import ListCursor


@in_panel.get("/wallet/recharge")
@in_console.get(f"{TAB}/recharge")
@permits("wallets.read")
def recharge(sub_account_id: UUID | None = None) -> str:
    at, now = place_at(sub_account_id), clock.now()
    page = queries.decisions(at.sub_account.id, cursor=load_filters(ListCursor()).get("cursor"))
    balances = aligned(row.balance for row in page.rows)
    return render_template(
        "wallet/screens/recharge.html",
        at=at,
        figures=figures_of(at, now=now),
        page=page,
        balances={row.id: text for row, text in zip(page.rows, balances, strict=True)},
        pauses=[pause for pause in queries.pauses(at.sub_account.id) if pause.ended_at is not None],
    )


@in_panel.post("/wallet/recharge/end")
@in_console.post(f"{TAB}/recharge/end")
@permits("wallets.manage")
def end(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    with transaction():
        remove_rule(at.wallet, by=current_actor(), now=clock.now())
    flash(_("Auto-recharge is off. Nothing is charged by itself any more."), "success")
    return redirect(at.url("recharge"))
