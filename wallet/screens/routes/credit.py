"""The lots that the balance is made of, and what is reserved of them."""

from uuid import UUID

from flask import render_template

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.forms import load_filters
from agency.foundation.money import Money
from wallet.credits import queries
from wallet.credits.words import LOT_NAMES
from wallet.screens.columns import aligned
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.schemas import ListCursor

LIMIT = 25


@in_panel.get("/wallet/credit")
@in_console.get(f"{TAB}/credit")
@permits("wallets.read")
def credit(sub_account_id: UUID | None = None) -> str:
    at, cursor = place_at(sub_account_id), load_filters(ListCursor()).get("cursor")
    page = queries.lots(at.wallet, cursor=cursor, limit=LIMIT)
    left = aligned(Money(lot.remaining, lot.currency) for lot in page.rows)
    return render_template(
        "wallet/screens/credit.html",
        at=at,
        page=page,
        left={lot.id: text for lot, text in zip(page.rows, left, strict=True)},
        lot_names=LOT_NAMES,
        now=clock.now(),
    )


@in_panel.get("/wallet/reservations")
@in_console.get(f"{TAB}/reservations")
@permits("wallets.read")
def reservations(sub_account_id: UUID | None = None) -> str:
    at, cursor = place_at(sub_account_id), load_filters(ListCursor()).get("cursor")
    page = queries.open_holds(at.wallet, cursor=cursor, limit=LIMIT)
    return render_template("wallet/screens/reservations.html", at=at, page=page)
