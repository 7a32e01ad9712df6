from typing import Any
from zoneinfo import ZoneInfo

from flask.views import MethodView

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.reports.queries.margin import margins, totals
from agency.reports.queries.revenue import revenue
from agency.reports.queries.wallets import wallet_lines, wallet_totals
from agency.reports.schemas import DaysFilter, MarginReport, MonthsFilter, RevenueReport, WalletsReport, range_of

resources = api("reports", __name__, description="Revenue, margin and wallets, from the ledger.")


@resources.route("/reports/revenue")
class RevenueByMonth(MethodView):
    @resources.arguments(MonthsFilter, location="query")
    @resources.response(200, RevenueReport)
    @permits("reports.read")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Recurring revenue and its movements month by month, by currency."""
        found = revenue(months=query["months"], now=clock.now(), zone=ZoneInfo(i18n.time_zone()))
        return {"data": found}


@resources.route("/reports/margin")
class MarginByClient(MethodView):
    @resources.arguments(DaysFilter, location="query")
    @resources.response(200, MarginReport)
    @permits("reports.read")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Revenue, cost and margin of every client in a range of days, the best first."""
        rows = margins(**range_of(query))
        return {"data": rows, "totals": totals(rows)}


@resources.route("/reports/wallets")
class WalletsNow(MethodView):
    @resources.response(200, WalletsReport)
    @permits("reports.read")
    def get(self) -> dict[str, Any]:
        """What every wallet holds now."""
        lines = wallet_lines()
        return {"data": lines, "totals": list(wallet_totals(lines))}
