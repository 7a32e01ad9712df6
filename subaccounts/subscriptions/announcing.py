"""What programs outside hear of subscriptions: in sets, since one billing run moves thousands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from marshmallow import fields
from sqlalchemy import Row, select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.ids import encode
from agency.foundation.schemas import StrictSchema, TypedId
from agency.tenants.models import SubAccount
from agency.webhooks.operations import announce_all
from subaccounts.subscriptions.events import SubscriptionsBilled, SubscriptionsMoved
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.subscriptions import Subscription

MOVES = {
    Happened.STARTED: "subscription.created",
    Happened.CHANGE_PLANNED: "subscription.change_planned",
    Happened.CHANGE_WITHDRAWN: "subscription.change_withdrawn",
    Happened.CHANGED: "subscription.changed",
    Happened.PAUSED: "subscription.paused",
    Happened.RESUMED: "subscription.resumed",
    Happened.CANCELLATION_PLANNED: "subscription.cancellation_planned",
    Happened.CANCELLATION_WITHDRAWN: "subscription.cancellation_withdrawn",
    Happened.CANCELED: "subscription.canceled",
    Happened.PAST_DUE: "subscription.past_due",
    Happened.RECOVERED: "subscription.recovered",
}
RENEWED = "subscription.renewed"
KINDS = {
    "subscription.created": _l("Subscription created"),
    "subscription.renewed": _l("Subscription renewed"),
    "subscription.change_planned": _l("Change of a subscription planned"),
    "subscription.change_withdrawn": _l("Planned change of a subscription withdrawn"),
    "subscription.changed": _l("Subscription changed"),
    "subscription.paused": _l("Subscription paused"),
    "subscription.resumed": _l("Subscription resumed"),
    "subscription.cancellation_planned": _l("Cancellation of a subscription planned"),
    "subscription.cancellation_withdrawn": _l("Cancellation of a subscription withdrawn"),
    "subscription.canceled": _l("Subscription canceled"),
    "subscription.past_due": _l("Subscription past due"),
    "subscription.recovered": _l("Subscription paid again"),
}


class SubscriptionSaid(StrictSchema):
    """The row without its prices: the API has the whole."""

    id = TypedId(Subscription.prefix)
    plan_id = TypedId("prd", attribute="product_id")
    state = fields.String()
    currency = fields.String()
    current_period_start = fields.AwareDateTime(attribute="current_start")
    current_period_end = fields.AwareDateTime(attribute="current_end")
    ends_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime()


def announce_moves(event: SubscriptionsMoved) -> None:
    _announce([(move.subscription_id, MOVES[move.kind]) for move in event.moves], at=event.at)


def announce_renewals(event: SubscriptionsBilled) -> None:
    """Of every period billed that is not the subscription's first."""
    periods = {
        bill.debtor.subscription_id: bill.at
        for bill in event.bills
        if any(line.occasion.startswith("period") for line in bill.lines)
    }
    theirs = Subscription.id == any_of(periods)
    started = session.execute(select(Subscription.id, Subscription.started_at).where(theirs).order_by(Subscription.id))
    _announce([(row.id, RENEWED) for row in started if row.started_at < periods[row.id]], at=event.at)


def _announce(told: Sequence[tuple[UUID, str]], *, at: datetime) -> None:
    rows = _rows({subscription_id for subscription_id, _kind in told})
    schema = SubscriptionSaid()
    events = []
    for subscription_id, kind in told:
        row = rows[subscription_id]
        client = encode(SubAccount.prefix, row.sub_account_id)
        data = {"sub_account_id": client, "subscription": schema.dump(row)}
        events.append((kind, data, row.sub_account_id))
    announce_all(events, now=at)


def _rows(subscription_ids: set[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    """Columns alone, as they stand in the database: what was copied in a set is newer there than in the session."""
    table = Subscription
    rows = session.execute(
        select(
            table.id,
            table.sub_account_id,
            table.product_id,
            table.state,
            table.currency,
            table.current_start,
            table.current_end,
            table.ends_at,
            table.ended_at,
        ).where(table.id == any_of(subscription_ids))
    )
    return {row.id: row for row in rows}
