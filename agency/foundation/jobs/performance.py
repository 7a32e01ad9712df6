"""What a worker does with a delivery: claim the row by a lease, work as its tenant, close the row."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update

from agency.foundation import clock, ids
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.registry import NotYet, registered
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.queries import sandbox_time

log = logging.getLogger(__name__)
PAUSE_FIRST = timedelta(seconds=5)
PAUSE_MAX = timedelta(minutes=30)
ERROR_LENGTH_MAX = 2000


class NeverEnded(Exception):
    """Whoever began the job never came back, as often as it may be tried: it may well be the job that kills them."""


def perform(agency_id: str, job_id: str) -> None:
    """Run the job unless somebody else has it, or it is done. A failure is kept with the row and tried later."""
    with scope.of_agency(UUID(agency_id)):
        lease = ids.new_id()
        row = _claim(UUID(job_id), lease=lease, now=clock.wall())
        if row is None:
            return
        try:
            _work(row)
        except Exception as error:
            if isinstance(error, NotYet):
                log.info("Job %s %s comes again.", row.name, row.public_id)
            else:
                log.exception("Job %s %s failed.", row.name, row.public_id)
            _close(row, lease, **_after_failure(row, error, now=clock.wall()))
        else:
            _close(row, lease, state=JobState.DONE, lease=None, lease_until=None, last_error=None)
        finally:
            session.remove()


def _work(row: Job) -> None:
    kind = registered[row.name]
    if row.attempts > kind.attempts_max:
        raise NeverEnded
    with clock.standing_at(_sandbox_time()):
        kind(**row.arguments)


def _sandbox_time() -> datetime | None:
    with transaction():
        return sandbox_time()


def _claim(job_id: UUID, *, lease: UUID, now: datetime) -> Job | None:
    waiting = (Job.state == JobState.WAITING) & (Job.not_before <= now)
    abandoned = (Job.state == JobState.RUNNING) & (Job.lease_until <= now)
    with transaction():
        row = session.get(Job, (scope.agency_id(), job_id))
        if row is None:
            return None
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, or_(waiting, abandoned))
            .values(
                state=JobState.RUNNING,
                lease=lease,
                lease_until=now + registered[row.name].lease,
                attempts=Job.attempts + 1,
            )
            .returning(Job)
            .execution_options(populate_existing=True)
        )
        return claimed.scalar_one_or_none()


def _after_failure(row: Job, error: Exception, *, now: datetime) -> dict[str, object]:
    exhausted = row.attempts >= registered[row.name].attempts_max
    pause = min(PAUSE_FIRST * 2 ** (row.attempts - 1), PAUSE_MAX)
    return {
        "state": JobState.FAILED if exhausted else JobState.WAITING,
        "not_before": now + pause,
        "lease": None,
        "lease_until": None,
        "last_error": f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX],
    }


def _close(row: Job, held: UUID, **values: object) -> None:
    """Only whoever still holds the lease may say how the job ended."""
    session.rollback()
    with transaction():
        session.execute(update(Job).where(Job.id == row.id, Job.lease == held).values(**values))
