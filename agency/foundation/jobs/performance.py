"""What a worker does with a delivery: claim the row by a lease, work as its tenant, close the row."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from agency.foundation import clock, ids
from agency.foundation.database.bulk import execute
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.registry import JobKind, NotYet, registered
from agency.foundation.tenancy import scope

log = logging.getLogger(__name__)
PAUSE_FIRST = timedelta(seconds=5)
PAUSE_MAX = timedelta(minutes=30)
ERROR_LENGTH_MAX = 2000
# The driver's own statements: through the mapper they cost more than many a job.
NAME = "SELECT name FROM jobs WHERE agency_id = %(agency_id)s AND id = %(id)s"
CLAIM = """
    UPDATE jobs
    SET state = 'running', lease = %(lease)s, lease_until = %(lease_until)s, attempts = attempts + 1
    WHERE agency_id = %(agency_id)s AND id = %(id)s
        AND (state = 'waiting' AND not_before <= %(now)s OR state = 'running' AND lease_until <= %(now)s)
    RETURNING arguments, attempts, (SELECT sandbox_time FROM tenant_roots WHERE agency_id = jobs.agency_id)
"""
CLOSE = """
    UPDATE jobs
    SET state = %(state)s, not_before = coalesce(%(not_before)s, not_before), last_error = %(last_error)s,
        lease = NULL, lease_until = NULL
    WHERE agency_id = %(agency_id)s AND id = %(id)s AND lease = %(lease)s
"""


class NeverEnded(Exception):
    """Whoever began the job never came back, as often as it may be tried: it may well be the job that kills them."""


class Claimed(NamedTuple):
    """A job in our hands. ``sandbox_time``: where its agency's clock stands, if it has one of its own."""

    id: UUID
    lease: UUID
    kind: JobKind
    arguments: dict[str, Any]
    attempts: int
    sandbox_time: datetime | None

    def __str__(self) -> str:
        return f"{self.kind.name} {ids.encode(Job.prefix, self.id)}"


def perform(agency_id: str, job_id: str) -> None:
    """Run the job unless somebody else has it, or it is done. A failure is kept with the row and tried later."""
    with scope.of_agency(UUID(agency_id)):
        claimed = _claim(UUID(job_id), now=clock.wall())
        if claimed is None:
            return
        try:
            _work(claimed)
        except Exception as error:
            if isinstance(error, NotYet):
                log.info("Job %s comes again.", claimed)
            else:
                log.exception("Job %s failed.", claimed)
            _close_failed(claimed, error, now=clock.wall())
        else:
            _close(claimed, JobState.DONE)
        finally:
            session.remove()


def _work(claimed: Claimed) -> None:
    if claimed.attempts > claimed.kind.attempts_max:
        raise NeverEnded
    with clock.standing_at(claimed.sandbox_time):
        claimed.kind(**claimed.arguments)


def _claim(job_id: UUID, *, now: datetime) -> Claimed | None:
    key = {"agency_id": scope.agency_id(), "id": job_id}
    with transaction():
        named = execute(NAME, key, prepared=True).fetchone()
        if named is None:
            return None
        kind, lease = registered[named[0]], ids.new_id()
        values = key | {"lease": lease, "lease_until": now + kind.lease, "now": now}
        found = execute(CLAIM, values, prepared=True).fetchone()
    if found is None:
        return None
    arguments, attempts, sandbox_time = found
    return Claimed(job_id, lease, kind, arguments, attempts, sandbox_time and sandbox_time.astimezone(UTC))


def _close_failed(claimed: Claimed, error: Exception, *, now: datetime) -> None:
    is_exhausted = claimed.attempts >= claimed.kind.attempts_max
    pause = min(PAUSE_FIRST * 2 ** (claimed.attempts - 1), PAUSE_MAX)
    _close(
        claimed,
        JobState.FAILED if is_exhausted else JobState.WAITING,
        not_before=now + pause,
        last_error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX],
    )


def _close(
    claimed: Claimed, state: JobState, *, not_before: datetime | None = None, last_error: str | None = None
) -> None:
    """Only whoever still holds the lease may say how the job ended."""
    session.rollback()
    values = {
        "agency_id": scope.agency_id(),
        "id": claimed.id,
        "lease": claimed.lease,
        "state": state.value,
        "not_before": not_before,
        "last_error": last_error,
    }
    with transaction():
        execute(CLOSE, values, prepared=True)
