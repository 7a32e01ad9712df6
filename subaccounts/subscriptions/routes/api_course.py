"""What becomes of a subscription, for programs: changes, pauses, its cancellation, its history."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from subaccounts.subscriptions import queries
from subaccounts.subscriptions.models.course import (
    HistoryEntry,
    SubscriptionCancellation,
    SubscriptionChange,
    SubscriptionPause,
)
from subaccounts.subscriptions.operations.canceling import cancel, withdraw_cancellation
from subaccounts.subscriptions.operations.changing import PlannedChange, change, preview_change_of, withdraw_change
from subaccounts.subscriptions.operations.pausing import pause, resume
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.schemas.answers import (
    CancellationAnswer,
    ChangeAnswer,
    ChangePreviewAnswer,
    History,
    SubscriptionPauseAnswer,
)
from subaccounts.subscriptions.schemas.sent import CancellationFields, ChangeFields, SubscriptionPauseReason
from subaccounts.subscriptions.wishes import change_wish

resources = api("subscription-course", __name__, description="Changes, pauses and cancellations of subscriptions.")
CHANGE = {"plan_id": "prd_01hzy3v7k2e8mb4x9q0n5t6w1r", "interval": "month", "takes_effect": "now"}
ONE = "/subscriptions/<id(sub):subscription_id>"


@resources.route(f"{ONE}/preview")
class ChangePreviews(MethodView):
    @resources.arguments(ChangeFields, example=CHANGE)
    @resources.response(200, ChangePreviewAnswer)
    @permits("subscriptions.read")
    def post(self, said: dict[str, Any], subscription_id: UUID) -> PlannedChange:
        """What a change would bill, line by line, and from when; nothing is stored."""
        return preview_change_of(queries.subscription(subscription_id), change_wish(said), now=clock.now())


@resources.route(f"{ONE}/changes")
class Changes(MethodView):
    @idempotent
    @resources.arguments(ChangeFields, example=CHANGE)
    @resources.response(201, ChangeAnswer)
    @permits("subscriptions.manage")
    def post(self, said: dict[str, Any], subscription_id: UUID) -> SubscriptionChange:
        """Change a subscription now, at its period's end, or at a moment ahead."""
        row = queries.subscription(subscription_id)
        with transaction():
            return change(row, change_wish(said), by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/changes/<id(chn):change_id>")
class OneChange(MethodView):
    @resources.response(204)
    @permits("subscriptions.manage")
    def delete(self, subscription_id: UUID, change_id: UUID) -> None:
        """Withdraw a change that is planned."""
        row = queries.subscription(subscription_id)
        planned = queries.change(change_id, subscription_id=row.id)
        with transaction():
            withdraw_change(row, planned, by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/pause")
class Pause(MethodView):
    @idempotent
    @resources.arguments(SubscriptionPauseReason)
    @resources.response(201, SubscriptionPauseAnswer)
    @permits("subscriptions.manage")
    def post(self, said: dict[str, str], subscription_id: UUID) -> SubscriptionPause:
        """Bill nothing until it is resumed; what was paid and is not used becomes credit."""
        row = queries.subscription(subscription_id)
        with transaction():
            return pause(row, reason=said["reason"], by=current_actor(), now=clock.now())

    @resources.response(204)
    @permits("subscriptions.manage")
    def delete(self, subscription_id: UUID) -> None:
        """Resume a paused subscription."""
        row = queries.subscription(subscription_id)
        with transaction():
            resume(row, by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/cancellation")
class Cancellation(MethodView):
    @idempotent
    @resources.arguments(CancellationFields)
    @resources.response(201, CancellationAnswer)
    @permits("subscriptions.manage")
    def post(self, said: dict[str, str], subscription_id: UUID) -> SubscriptionCancellation:
        """End a subscription with its period, or now."""
        row, when = queries.subscription(subscription_id), TakesEffect(said["takes_effect"])
        with transaction():
            return cancel(row, when, reason=said["reason"], by=current_actor(), now=clock.now())

    @resources.response(204)
    @permits("subscriptions.manage")
    def delete(self, subscription_id: UUID) -> None:
        """Withdraw a cancellation that waits for the period's end."""
        row = queries.subscription(subscription_id)
        with transaction():
            withdraw_cancellation(row, by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/history")
class HistoryList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, History)
    @permits("subscriptions.read")
    def get(self, query: dict[str, Any], subscription_id: UUID) -> Page[HistoryEntry]:
        """What happened to a subscription, with amounts, newest first."""
        return queries.history(queries.subscription(subscription_id).id, **query)
