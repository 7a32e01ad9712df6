"""The wallet's history: filtered, in pages, as a file, and each line with all that lies behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup
from marshmallow import EXCLUDE

from agency.foundation.access.marks import permits
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from agency.foundation.paging import EXPORT_BATCH, every_row
from wallet.charges.words import charge_name
from wallet.credits import explanations, history
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.words import KIND_NAMES
from wallet.screens.columns import aligned
from wallet.screens.places import TAB, in_console, in_panel, place_at
from wallet.screens.queries import recharged
from wallet.screens.schemas import GROUP_NAMES, HistoryFilters, history_wanted

LIMIT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A transaction as the table says it: amounts stand below those of the other lines."""

    row: WalletTransaction
    title: str | LazyString
    about: str | LazyString
    amount: Markup
    balance: Markup


def history_lines(rows: Sequence[WalletTransaction]) -> list[Line]:
    automatic = recharged(rows)
    amounts, balances = aligned((row.amount for row in rows), signed=True), aligned(row.balance for row in rows)
    return [
        Line(row=row, title=title, about=about, amount=amount, balance=balance)
        for row, amount, balance in zip(rows, amounts, balances, strict=True)
        for title, about in [_named(row, is_automatic=row.id in automatic)]
    ]


def _named(row: WalletTransaction, *, is_automatic: bool) -> tuple[str | LazyString, str | LazyString]:
    """What its cause wrote before what it is; our own sentences say no more than the kind."""
    kind = _("Automatic recharge") if is_automatic else KIND_NAMES.get(row.kind, row.kind)
    return (charge_name(row.description), kind) if row.description and row.kind not in explanations.OURS else (kind, "")


@in_panel.get("/wallet/transactions")
@in_console.get(f"{TAB}/transactions")
@permits("wallets.read")
def transactions(sub_account_id: UUID | None = None) -> str:
    at, filters = place_at(sub_account_id), load_filters(HistoryFilters())
    wanted = history_wanted(filters, at.sub_account.time_zone)
    page = history.transactions(at.wallet, wanted, cursor=filters.get("cursor"), limit=LIMIT)
    return render_template(
        "wallet/screens/transactions.html",
        at=at,
        page=page,
        lines=history_lines(page.rows),
        filters=filters,
        groups=GROUP_NAMES,
    )


@in_panel.get("/wallet/transactions.csv")
@in_console.get(f"{TAB}/transactions.csv")
@permits("wallets.read")
def export(sub_account_id: UUID | None = None) -> Response:
    at = place_at(sub_account_id)
    filters = load_filters(HistoryFilters(exclude=["cursor"], unknown=EXCLUDE))
    wanted = history_wanted(filters, at.sub_account.time_zone)
    rows = every_row(lambda cursor: history.transactions(at.wallet, wanted, cursor=cursor, limit=EXPORT_BATCH))
    about = [_("Id"), _("Booked (UTC)"), _("Kind"), _("Description"), _("Meter")]
    sums = [_("Amount"), _("Purchased"), _("Complimentary"), _("Owed"), _("Balance"), _("Currency")]
    return csv_answer("wallet", [*about, *sums], map(_cells, rows))


def _cells(row: WalletTransaction) -> list[Any]:
    names = [KIND_NAMES.get(row.kind, row.kind), charge_name(row.description)]
    about = [row.public_id, row.booked_at.isoformat(), *names, row.meter]
    moneys = [row.amount, row.purchased_change, row.complimentary_change, row.owed_change, row.balance]
    return [*about, *(money.plain() for money in moneys), row.currency]


@in_panel.get("/wallet/transactions/<id(txn):transaction_id>")
@in_console.get(f"{TAB}/transactions/<id(txn):transaction_id>")
@permits("wallets.read")
def transaction(transaction_id: UUID, sub_account_id: UUID | None = None) -> str:
    """All that lies behind one line, from its cause to the card that paid."""
    at = place_at(sub_account_id)
    row = history.find_transaction(transaction_id, sub_account_id=at.sub_account.id)
    [line] = history_lines([row])
    return render_template(
        "wallet/screens/transaction.html",
        at=at,
        line=line,
        steps=explanations.explain(row, for_agency=at.for_agency),
    )
