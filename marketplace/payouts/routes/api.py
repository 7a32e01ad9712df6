"""What a publisher asks with its own key: what its apps earned, what was paid, and what is due."""

from typing import Any

from flask.views import MethodView

from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.api import ListQuery
from agency.foundation.paging import Page
from marketplace.payouts import queries
from marketplace.payouts.models import Payout
from marketplace.payouts.schemas import PayoutAccountList, Payouts

payouts = api("payouts", __name__, description="What the platform pays to publishers.")


@payouts.route("/payouts")
class PayoutList(MethodView):
    @payouts.arguments(ListQuery, location="query")
    @payouts.response(200, Payouts)
    @permits("earnings.read")
    def get(self, query: dict[str, Any]) -> Page[Payout]:
        """What was paid to this publisher, newest first."""
        return queries.payouts(cursor=query.get("cursor"), limit=query["limit"])


@payouts.route("/payouts/accounts")
class PayoutAccounts(MethodView):
    @payouts.response(200, PayoutAccountList)
    @permits("earnings.read")
    def get(self) -> dict[str, object]:
        """What this publisher earned in each currency, what of it was paid, and what is due."""
        return {"data": queries.accounts(), "next_cursor": None}
