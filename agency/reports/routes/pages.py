"""The reports as pages of the console, each with its export."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation import clock, i18n, ids
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from agency.reports.queries.margin import Margin, margins, totals
from agency.reports.queries.revenue import Revenue, revenue
from agency.reports.queries.wallets import WalletLine, wallet_lines, wallet_totals
from agency.reports.schemas import DaysFilter, MonthsFilter, range_of

SHOWN_MAX = 200
REVENUE_COLUMNS = {
    "opening": _l("Opening"),
    "new": _l("New"),
    "expansion": _l("Expansion"),
    "contraction": _l("Contraction"),
    "churn": _l("Churn"),
    "closing": _l("Closing"),
    "received": _l("Money received"),
}
WALLET_COLUMNS = {
    "balance": _l("Balance"),
    "purchased": _l("Purchased"),
    "complimentary": _l("Complimentary"),
    "owed": _l("Owed"),
    "held": _l("Held"),
    "available": _l("Available"),
}

pages = console("reports_desk", __name__)


@pages.get("/reports/revenue")
@permits("reports.read")
def show_revenue() -> str:
    filters = load_filters(MonthsFilter())
    return render_template("agency/reports/revenue.html", found=_revenue(filters["months"]), filters=filters)


@pages.get("/reports/revenue.csv")
@permits("reports.read")
def export_revenue() -> Response:
    head = [_("Month"), _("Currency"), *REVENUE_COLUMNS.values()]
    rows = [
        [month.first_day.isoformat(), each.currency, *_plain(month, REVENUE_COLUMNS)]
        for each in _revenue(load_filters(MonthsFilter())["months"])
        for month in each.months
    ]
    return csv_answer("revenue", head, rows)


@pages.get("/reports/margin")
@permits("reports.read")
def show_margin() -> str:
    filters = load_filters(DaysFilter())
    rows = margins(**range_of(filters))
    return render_template(
        "agency/reports/margin.html",
        rows=rows[:SHOWN_MAX],
        is_cut=len(rows) > SHOWN_MAX,
        totals=totals(rows),
        filters=filters,
    )


@pages.get("/reports/margin.csv")
@permits("reports.read")
def export_margin() -> Response:
    head = [
        _("Sub-account"),
        _("Id"),
        _("Currency"),
        _("Plans"),
        _("Resold services"),
        _("Apps"),
        _("Usage"),
        _("Wholesale cost"),
        _("Complimentary credits"),
        _("Margin"),
    ]
    rows = [
        [
            row.name,
            _client(row),
            row.currency,
            *(each.plain() for each in (*row.revenue.values(), *row.costs.values(), row.margin)),
        ]
        for row in margins(**range_of(load_filters(DaysFilter())))
    ]
    return csv_answer("margin", head, rows)


@pages.get("/reports/wallets")
@permits("reports.read")
def show_wallets() -> str:
    lines = wallet_lines()
    return render_template(
        "agency/reports/wallets.html",
        rows=lines[:SHOWN_MAX],
        is_cut=len(lines) > SHOWN_MAX,
        totals=list(wallet_totals(lines)),
    )


@pages.get("/reports/wallets.csv")
@permits("reports.read")
def export_wallets() -> Response:
    head = [_("Sub-account"), _("Id"), _("Currency"), *WALLET_COLUMNS.values()]
    rows = [[line.name, _client(line), line.currency, *_plain(line, WALLET_COLUMNS)] for line in wallet_lines()]
    return csv_answer("wallets", head, rows)


def _revenue(months: int) -> Sequence[Revenue]:
    return revenue(months=months, now=clock.now(), zone=ZoneInfo(i18n.time_zone()))


def _client(row: Margin | WalletLine) -> str:
    return ids.encode("sac", row.sub_account_id) if row.sub_account_id else ""


def _plain(row: object, columns: Iterable[str]) -> list[str]:
    """The amounts of a row for a file: major units with a point, without a sign of their currency."""
    return [getattr(row, column).plain() for column in columns]
