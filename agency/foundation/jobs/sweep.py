"""What should have run and did not is sent again: the queue forgot it, its worker died, or its retry is due."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs import delivery
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.registry import LEASE, registered
from agency.foundation.tenancy import scope

BATCH = 1000
KEEP_DONE = timedelta(days=7)
DELIVERY_GRACE = timedelta(seconds=2)  # The commit's own delivery is given this long first.


def send_forgotten(now: datetime) -> int:
    """Queue again what is due and not queued; answers how many jobs that were."""
    due = and_(Job.state == JobState.WAITING, Job.not_before <= now - DELIVERY_GRACE)
    abandoned = and_(Job.state == JobState.RUNNING, Job.lease_until <= now)
    with scope.all_tenants(), transaction():
        rows = session.execute(
            select(Job.agency_id, Job.id, Job.queue, Job.name, Job.attempts)
            .where(or_(due, abandoned))
            .order_by(Job.not_before)
            .limit(BATCH)
        ).all()
    return delivery.send_again(
        [
            delivery.Order(row.agency_id, row.id, row.queue, row.attempts, seconds=_lease(row.name).total_seconds())
            for row in rows
        ]
    )


def _lease(name: str) -> timedelta:
    return registered[name].lease if name in registered else LEASE


def forget_done(now: datetime) -> None:
    """Delete the agency's finished jobs of a week ago."""
    session.execute(delete(Job).where(Job.state == JobState.DONE, Job.created_at < now - KEEP_DONE))
