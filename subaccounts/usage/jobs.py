"""Rating soon after usage has arrived, and closing periods that are over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from agency.foundation.jobs.registry import job
from subaccounts.subscriptions.models.subscriptions import SubscriptionItem
from subaccounts.usage.models.events import UsageBatch
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.closing import GRACE, close_paid
from subaccounts.usage.operations.minimums import open_periods
from subaccounts.usage.operations.rating import rate_set
from subaccounts.usage.operations.uploading import read_part

LEASE = timedelta(minutes=5)


@job(queue="money", lease=LEASE)
def rate_usage() -> None:
    """Rate all that waits for the agency in scope, set by set, each committed."""
    rate_usage.hear_out()
    run_rating(clock.now())


def run_rating(now: datetime) -> None:
    while _rated(now):
        session.expunge_all()


def _rated(now: datetime) -> int:
    with transaction():
        return rate_set(now=now)


@job(queue="bulk", lease=LEASE)
def read_file(*, upload_id: str) -> None:
    """Read a file of usage to its end, part by part, each committed; one that was cut off is gone on with."""
    is_more = True
    while is_more:
        with transaction():
            is_more = read_part(UUID(upload_id), now=clock.now())
            rate_usage.later_unless_waiting()
        session.expunge_all()


def _next_waiting() -> datetime | None:
    with transaction():
        return session.scalar(select(func.min(UsageBatch.received_at)).where(UsageBatch.rating_id.is_(None)))


def _agencies_waiting(now: datetime) -> Sequence[UUID]:
    waiting = select(UsageBatch.agency_id).where(UsageBatch.rating_id.is_(None), UsageBatch.received_at <= now)
    return session.scalars(waiting.distinct()).all()


def close_periods(now: datetime) -> None:
    """Close what is over, set by set, each committed."""
    while _closed(now):
        session.expunge_all()


def _closed(now: datetime) -> int:
    with transaction():
        return close_paid(now=now)


def _next_end() -> datetime | None:
    paid = UsageTotal.closed_at.is_(None), UsageTotal.is_prepaid.is_(True)
    with transaction():
        ends = session.scalar(select(func.min(UsageTotal.period_end)).where(*paid))
    return ends + GRACE if ends else None


def _agencies_ending(now: datetime) -> Sequence[UUID]:
    paid = UsageTotal.closed_at.is_(None), UsageTotal.is_prepaid.is_(True), UsageTotal.period_end <= now - GRACE
    return session.scalars(select(UsageTotal.agency_id).where(*paid).distinct()).all()


def open_minimums(now: datetime) -> None:
    """Open the periods that owe a minimum, set by set, each committed."""
    while _opened(now):
        session.expunge_all()


def _opened(now: datetime) -> int:
    with transaction():
        return open_periods(now=now)


def _next_minimum() -> datetime | None:
    with transaction():
        return session.scalar(select(func.min(SubscriptionItem.minimum_from)))


def _agencies_with_minimums(now: datetime) -> Sequence[UUID]:
    return session.scalars(
        select(SubscriptionItem.agency_id).where(SubscriptionItem.minimum_from <= now).distinct()
    ).all()


DUE = [
    DueSource("minimums of usage", _next_minimum, open_minimums, _agencies_with_minimums),
    DueSource("usage", _next_waiting, run_rating, _agencies_waiting),
    DueSource("periods of usage", _next_end, close_periods, _agencies_ending),
]
