"""Rating soon after usage has arrived, and closing periods that are over."""

from datetime import datetime, timedelta
from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, moments
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


def close_periods(now: datetime) -> None:
    """Close what is over, set by set, each committed."""
    while _closed(now):
        session.expunge_all()


def _closed(now: datetime) -> int:
    with transaction():
        return close_paid(now=now)


def open_minimums(now: datetime) -> None:
    """Open the periods that owe a minimum, set by set, each committed."""
    while _opened(now):
        session.expunge_all()


def _opened(now: datetime) -> int:
    with transaction():
        return open_periods(now=now)


IS_OPEN = UsageTotal.closed_at.is_(None), UsageTotal.is_prepaid.is_(True)
DUE = [
    DueSource("minimums of usage", moments(SubscriptionItem.minimum_from), open_minimums),
    DueSource("usage", moments(UsageBatch.received_at, UsageBatch.rating_id.is_(None)), run_rating),
    DueSource("periods of usage", moments(UsageTotal.period_end, *IS_OPEN, after=GRACE), close_periods),
]
