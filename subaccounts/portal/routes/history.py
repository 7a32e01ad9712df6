"""The account history: charges and payments in one list, for the days one asks for."""

from datetime import date
from typing import Any

from flask import g, render_template

from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.forms import load_filters
from subaccounts.invoices import words as invoice_words
from subaccounts.invoices.answers import standing
from subaccounts.payments import words as payment_words
from subaccounts.portal import words
from subaccounts.portal.admission import BILLING
from subaccounts.portal.reading import balances, documents
from subaccounts.portal.reading.history import EntryKind
from subaccounts.portal.reading.history import history as entries_of
from subaccounts.portal.rules import Range, days_of
from subaccounts.portal.schemas import HistoryQuery

history = profile("portal_history", __name__)


@history.get("/history")
@permits(BILLING)
def show() -> str:
    filters = load_filters(HistoryQuery())
    known = [each.currency for each in balances.balances(g.profile_id, home=g.shown.currency)]
    currency = filters["currency"] if filters["currency"] in known else known[0]
    chosen, start, end = _days(filters)
    page = entries_of(
        g.profile_id,
        currency,
        zone=g.shown.time_zone,
        start=start,
        end=end,
        before=filters["before"],
        after=filters["after"],
    )
    billed = documents.invoices_by_id(entry.id for entry in page.entries if entry.kind is EntryKind.INVOICE)
    return render_template(
        "subaccounts/portal/history.html",
        page=page,
        standings={key: standing(found, today=g.shown.today) for key, found in billed.items()},
        currency=currency,
        pairs=[(each, each) for each in known],
        chosen=chosen,
        start=start,
        end=end,
        ranges=words.RANGES,
        entries=words.ENTRIES,
        methods=payment_words.METHODS,
        words=invoice_words,
    )


def _days(filters: dict[str, Any]) -> tuple[Range, date | None, date | None]:
    """Days that were named go before a range that was chosen."""
    if filters["start"] or filters["end"]:
        return Range.FREE, filters["start"], filters["end"]
    chosen = Range(filters["range"])
    return (chosen, *days_of(chosen, g.shown.today))
