"""A client whose billing failed is set aside with the reason, and tried again after a while that grows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from subaccounts.subscriptions.models.subscriptions import Subscription

FIRST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)
DOUBLINGS_MAX = 5
REASON_MAX = 500


def reason_of(error: Exception) -> str:
    """What staff read of a failure."""
    return str(error)[:REASON_MAX] if isinstance(error, DomainError) else type(error).__name__


def park(subscription_ids: Sequence[UUID], reason: str, *, now: datetime) -> None:
    """Keep them out of the run: an hour the first time, twice as long each time after it, a day at most."""
    theirs = Subscription.id.in_(subscription_ids)
    with transaction():
        times = session.scalar(select(func.max(Subscription.times_parked)).where(theirs)) or 0
        pause = min(FIRST_PAUSE * 2 ** min(times, DOUBLINGS_MAX), LONGEST_PAUSE)
        session.execute(
            update(Subscription)
            .where(theirs)
            .values(parked_at=now, parked_until=now + pause, parked_reason=reason, times_parked=times + 1)
            .execution_options(synchronize_session=False)
        )


def unpark(*, by: datetime | None = None, sub_account_id: UUID | None = None) -> None:
    """Let the next run try again what had failed: what has waited until a moment, or one client's, or all."""
    parked = update(Subscription).where(Subscription.parked_at.is_not(None))
    if by is not None:
        parked = parked.where(Subscription.parked_until <= by)
    if sub_account_id is not None:
        parked = parked.where(Subscription.sub_account_id == sub_account_id)
    nothing = dict.fromkeys(("parked_at", "parked_until", "parked_reason"))
    session.execute(parked.values(nothing).execution_options(synchronize_session=False))
