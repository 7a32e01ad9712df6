from sqlalchemy import select

from agency.foundation.due.models import ClockStep
from agency.foundation.paging import Page, paged


def steps(*, cursor: str | None = None, limit: int = 25) -> Page[ClockStep]:
    """Where the clock stopped, and for which work, newest first."""
    return paged(select(ClockStep), ClockStep.id, cursor=cursor, limit=limit)
