"""Move a sandbox agency's time, doing on the way everything that falls due, in order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic, sleep

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select, update

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.models import ClockStep
from agency.foundation.due.sources import Planned, planned
from agency.foundation.errors import DomainError
from agency.foundation.jobs.delivery import held_back
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.performance import perform
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.foundation.tenant_roots.queries import sandbox_time

BUSY_POLL_SECONDS = 0.02
QUIET_SECONDS_MAX = 60.0

Drain = Callable[[], bool]
_drains: list[Drain] = []


class LiveAgency(DomainError):
    message = _l("A live agency follows the real time; only a sandbox has a clock to advance.")


class ClockRunsForward(DomainError):
    status = 422
    field = "to"
    message = _l("The time is before the agency's present time. Its clock only goes forward.")


class ClockAdvancing(DomainError):
    message = _l("The agency's clock is being advanced already. Try again when that is done.")


def ask_before_each_step(drain: Drain) -> None:
    """Have somebody asked for what was told elsewhere and comes back; it answers whether anything came."""
    if drain not in _drains:
        _drains.append(drain)


def advance(to: datetime) -> datetime:
    """Bring the agency in scope to a moment; cut off in the middle, the same call goes on where it stopped.

    Raises:
        LiveAgency: it is no sandbox.
        ClockRunsForward: the moment lies in its past.
        ClockAdvancing: somebody else is advancing it.
    """
    with _alone(), held_back():
        if to < _present():
            raise ClockRunsForward
        finish_work()
        while (step := _earliest(by=to)) is not None:
            _stand_at(max(step.at, _present()), work=step.source.name)
            step.source.run_due(clock.now())
            finish_work()
        _stand_at(to)
    return to


def finish_work() -> None:
    """Take in what others owe us and perform the agency's waiting jobs, until nothing is left."""
    deadline = monotonic() + QUIET_SECONDS_MAX
    # In this order: what arrives while the jobs are looked for is a job itself before the next drain ends.
    while any(drain() for drain in _drains) or _perform_waiting():
        if monotonic() > deadline:
            return


def _present() -> datetime:
    with transaction():
        found = sandbox_time()
    if found is None:
        raise LiveAgency
    return found


def _stand_at(moment: datetime, *, work: str | None = None) -> None:
    with transaction():
        session.execute(
            update(TenantRoot).values(sandbox_time=moment), execution_options={"synchronize_session": False}
        )
        if work is not None:
            session.add(ClockStep(at=moment, work=work))
    clock.set_sandbox_time(moment)


def _earliest(*, by: datetime) -> Planned | None:
    with transaction():
        return next((step for step in planned() if step.at <= by), None)


def _perform_waiting() -> bool:
    """Do the agency's open jobs here and now; those that workers hold are waited for."""
    now = clock.wall()
    is_free = or_(Job.state == JobState.WAITING, Job.lease_until <= now)
    with transaction():
        rows = session.execute(
            select(Job.id, is_free.label("is_free"))
            .where(Job.state.in_((JobState.WAITING, JobState.RUNNING)), Job.not_before <= now)
            .order_by(Job.id)
        ).all()
    # What the request at hand has loaded stays readable, even when a job fails and its session is rolled back.
    session.expunge_all()
    free = [row.id for row in rows if row.is_free]
    for job_id in free:
        with clock.standing_at(None):
            perform(str(scope.agency_id()), str(job_id))
    if rows and not free:
        sleep(BUSY_POLL_SECONDS)
    return bool(rows)


@contextmanager
def _alone() -> Iterator[None]:
    """An advisory lock in a transaction of its own connection: every step below commits in the session's."""
    lock = func.hashtextextended(f"{scope.agency_id()}/clock", 0)
    with session.connection().engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")  # Ends when the connection goes back to the pool.
        if not connection.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise ClockAdvancing
        yield
