"""What was paid into the wallet and given back, each with its document."""

from uuid import UUID

from flask import render_template

from agency.foundation.access.marks import permits
from agency.foundation.forms import load_filters
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.schemas import ListCursor
from wallet.top_ups import queries


@in_panel.get("/wallet/receipts")
@in_console.get(f"{TAB}/receipts")
@permits("wallets.read")
def receipts(sub_account_id: UUID | None = None) -> str:
    at, cursor = place_at(sub_account_id), load_filters(ListCursor()).get("cursor")
    return render_template(
        "wallet/screens/receipts.html", at=at, page=queries.receipts(at.sub_account.id, cursor=cursor)
    )
