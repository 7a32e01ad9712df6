"""Usage of subscriptions that have ended, which no renewal will bill: an invoice of its own lists it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, case, func, select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.due.sources import Moments
from subaccounts.billing_run.operations.collecting import collect
from subaccounts.billing_run.operations.combining import combine
from subaccounts.subscriptions.bills import Bill, Charges, Debtor
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.closing import GRACE

Asked = TypeVarTuple("Asked")
# A period ends with its subscription. What arrived later is of a period that begins later, and waits for its end.
ENDED = case(
    (UsageTotal.period_start < Subscription.ended_at, func.least(UsageTotal.period_end, Subscription.ended_at)),
    else_=UsageTotal.period_end,
)
UNBILLED = (
    UsageTotal.agency_id == Subscription.agency_id,
    UsageTotal.subscription_id == Subscription.id,
    UsageTotal.price_id.is_not(None),
    UsageTotal.is_prepaid.is_(False),
    UsageTotal.bill_id.is_(None),
    Subscription.ended_at.is_not(None),
    Subscription.parked_at.is_(None),
)


def clients_with_last_usage(now: datetime) -> dict[UUID, list[UUID]]:
    """The ended subscriptions whose usage is to be invoiced, by their client."""
    found: dict[UUID, list[UUID]] = {}
    rows = session.execute(_due(select(Subscription.sub_account_id, Subscription.id), now).distinct())
    for client, subscription_id in sorted(tuple(row) for row in rows):
        found.setdefault(client, []).append(subscription_id)
    return found


def bill_last_usage(subscription_ids: Sequence[UUID], *, now: datetime) -> None:
    """Invoice it, for ended subscriptions of one client; what is billed already is left as it is.

    Raises:
        DomainError: the document could not be opened.
    """
    owed = _due(select(UsageTotal, Subscription), now).where(Subscription.id == any_of(subscription_ids))
    rows = session.execute(owed.order_by(UsageTotal.id).with_for_update(of=UsageTotal)).all()
    debtors = {}
    for total, row in rows:
        debtors[row.id, total.currency] = Debtor.of(row)
        if row.ended_at is not None and total.period_start < row.ended_at:
            total.period_end = min(total.period_end, row.ended_at)
    session.flush()
    bills = [
        Bill(debtor=debtor, charges=Charges(lines=(), currency=currency, at=now))
        for (_subscription_id, currency), debtor in debtors.items()
    ]
    combine(bills)
    collect(bills, now=now)


def _due(query: Select[*Asked], now: datetime) -> Select[*Asked]:
    return query.where(*UNBILLED, now - GRACE >= ENDED)


# Usage of an ended subscription is invoiced once what was sent in time is surely rated.
LAST_USAGE = Moments(
    select(func.min(ENDED)).where(*UNBILLED),
    lambda now: _due(select(UsageTotal.agency_id), now).distinct(),
    after=GRACE,
)
