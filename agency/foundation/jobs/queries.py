from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.tenancy import scope


def count_open() -> list[tuple[str, str, int]]:
    """Queue, state and number of the jobs not done, over every agency."""
    is_open = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    with scope.all_tenants(), transaction():
        rows = session.execute(select(Job.queue, Job.state, func.count()).where(is_open).group_by(Job.queue, Job.state))
        return [(queue, state, number) for queue, state, number in rows]
