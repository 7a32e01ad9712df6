"""Subscriptions for programs: begin, read, preview."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from subaccounts.subscriptions import queries
from subaccounts.subscriptions.operations.advancing import coming
from subaccounts.subscriptions.operations.subscribing import SubscriptionWish, preview_subscription, subscribe
from subaccounts.subscriptions.queries import Shown
from subaccounts.subscriptions.schemas.answers import Lines, SubscriptionAnswer, SubscriptionPreview, Subscriptions
from subaccounts.subscriptions.schemas.sent import NewSubscription, SubscriptionQuery
from subaccounts.subscriptions.wishes import refuse_agencys_terms, subscription_wish

resources = api("subscriptions", __name__, description="What sub-accounts pay for, period by period.")
NEW = {
    "sub_account_id": "sac_01hzy3v7k2e8mb4x9q0n5t6w1r",
    "plan_id": "prd_01hzy3v7k2e8mb4x9q0n5t6w1r",
    "interval": "month",
    "seats": 5,
    "coupons": ["WELCOME"],
    "collection": "card",
}
ONE = "/subscriptions/<id(sub):subscription_id>"


@resources.route("/subscriptions")
class SubscriptionList(MethodView):
    @resources.arguments(SubscriptionQuery, location="query")
    @resources.response(200, Subscriptions)
    @permits("subscriptions.read")
    def get(self, query: dict[str, Any]) -> Page[Shown]:
        """List subscriptions, newest first."""
        return queries.shown_page(queries.subscriptions(**query))

    @idempotent
    @resources.arguments(NewSubscription, example=NEW)
    @resources.response(201, SubscriptionAnswer)
    @permits("subscriptions.manage")
    def post(self, said: dict[str, Any]) -> Shown:
        """Subscribe a sub-account; without a trial its first period is billed at once."""
        with transaction():
            row = subscribe(_wish(said), by=current_actor(), now=clock.now())
        return queries.shown([row])[0]


@resources.route("/subscriptions/preview")
class NewPreview(MethodView):
    @resources.arguments(NewSubscription, example=NEW)
    @resources.response(200, SubscriptionPreview)
    @permits("subscriptions.read")
    def post(self, said: dict[str, Any]) -> dict[str, Any]:
        """What subscribing now would bill, line by line; nothing is stored."""
        begun = preview_subscription(_wish(said), now=clock.now())
        row = begun.holding.subscription
        _segment, renewal = coming(begun.holding, row.current_end)
        return {
            "state": row.state,
            "now": begun.bills[0] if begun.bills else None,
            "renews_at": row.current_end,
            "renewal": renewal,
        }


@resources.route(ONE)
class OneSubscription(MethodView):
    @resources.response(200, SubscriptionAnswer)
    @permits("subscriptions.read")
    def get(self, subscription_id: UUID) -> Shown:
        """One subscription, with its next renewal."""
        return queries.shown([queries.subscription(subscription_id)])[0]


@resources.route(f"{ONE}/lines")
class LineList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, Lines)
    @permits("subscriptions.read")
    def get(self, query: dict[str, Any], subscription_id: UUID) -> Page[Any]:
        """Every line that was billed, newest first."""
        return queries.lines(queries.subscription(subscription_id).id, **query)


def _wish(said: dict[str, Any]) -> SubscriptionWish:
    if g.get("place") is not None:
        refuse_agencys_terms(said)
    return subscription_wish(said, sub_account(said["sub_account_id"]))
