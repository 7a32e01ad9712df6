"""A job: a function that may be asked for later, in the transaction that needs it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from agency.foundation import clock, ids
from agency.foundation.database import after_commit
from agency.foundation.database.bulk import execute, together
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs import delivery
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.tenancy import scope

QUEUES = ("money", "default", "bulk")  # In the order in which a worker looks at them.
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 12
ADD = """
    INSERT INTO jobs (agency_id, id, sub_account_id, name, queue, arguments, state, not_before, attempts, created_at)
    VALUES (%(agency_id)s, %(id)s, %(sub_account_id)s, %(name)s, %(queue)s, %(arguments)s, 'waiting', %(not_before)s,
            0, %(created_at)s)
"""
COUNT_ON = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%(agency_id)s || %(name)s, 0))"
HEAR_OUT = "SELECT pg_advisory_xact_lock(hashtextextended(%(agency_id)s || %(name)s, 0))"
WAITING = "SELECT 1 FROM jobs WHERE agency_id = %(agency_id)s AND name = %(name)s AND state = 'waiting' LIMIT 1"

registered: dict[str, "JobKind"] = {}


class NotYet(Exception):
    """What the job needs is in other hands at this moment: it comes again like one that failed, and nobody is told."""


@dataclass(frozen=True, slots=True)
class JobKind:
    name: str
    function: Callable[..., None]
    queue: str
    lease: timedelta
    attempts_max: int

    def __call__(self, **arguments: Any) -> None:  # noqa: ANN401  # Whatever the function takes.
        self.function(**arguments)

    def later(self, *, wait: timedelta = timedelta(), **arguments: Any) -> None:  # noqa: ANN401  # The same.
        """Add the job to the open transaction; it is delivered after the commit, to the same tenant.

        Arguments are plain JSON. A job may run twice: it must look at its rows before it acts.
        """
        now, job_id = clock.wall(), ids.new_id()
        row = {
            "agency_id": scope.agency_id(),
            "id": job_id,
            "sub_account_id": scope.sub_account_id(),
            "name": self.name,
            "queue": self.queue,
            "arguments": json.dumps(arguments),
            "not_before": now + wait,
            "created_at": now,
        }
        execute(ADD, row, prepared=True)
        if not wait:
            order = delivery.Order(
                scope.agency_id(), job_id, self.queue, attempts=0, seconds=self.lease.total_seconds()
            )
            after_commit.call(lambda: delivery.send([order]))

    def later_unless_waiting(self) -> None:
        """As ``later`` without arguments, unless one waits. Such a job first calls ``hear_out``.

        Late in a transaction: a job that begins meanwhile waits for its end, and others for that job.
        """
        with together():
            execute(COUNT_ON, self._named, prepared=True)
            waiting = execute(WAITING, self._named, prepared=True)
        if waiting.fetchone() is None:
            self.later()

    def hear_out(self) -> None:
        """Wait for the transactions that counted on this job while it waited: it must see what they commit."""
        with transaction():
            execute(HEAR_OUT, self._named)

    @property
    def _named(self) -> dict[str, str]:
        return {"agency_id": str(scope.agency_id()), "name": self.name}

    def later_once(self, **arguments: Any) -> None:  # noqa: ANN401  # The same.
        """As ``later``, unless the very same job is waiting or running already."""
        is_open = (
            select(Job.id)
            .where(
                Job.name == self.name,
                Job.arguments == arguments,
                Job.state.in_((JobState.WAITING, JobState.RUNNING)),
            )
            .exists()
        )
        if not session.scalar(select(is_open)):
            self.later(**arguments)


def job(
    *, queue: str = "default", lease: timedelta = LEASE, attempts_max: int = ATTEMPTS_MAX
) -> Callable[[Callable[..., None]], JobKind]:
    """Make a keyword-only function a job. It must end within the lease, or another worker may begin it."""
    if queue not in QUEUES:
        raise ValueError(f"no worker listens to {queue}")

    def register(function: Callable[..., None]) -> JobKind:
        name = f"{function.__module__}.{function.__qualname__}"
        registered[name] = JobKind(name, function, queue, lease, attempts_max)
        return registered[name]

    return register
