"""Sources of due work, as the clock and the scheduler ask them."""

from sqlalchemy import DateTime, bindparam, select

from agency.foundation.database.session import session
from agency.foundation.due.sources import DueSource, Moments
from agency.tenants.models import Agency


def next_due(source):
    """The moment at which the agency in scope has such work next."""
    (moment,) = session.execute(source.moments.earliest).scalars().all() or [None]
    return None if moment is None else moment + source.moments.after


def agencies_due(source, now):
    return session.scalars(source.moments.agencies(now)).all()


def planned_source(name, planned, run):
    """Falls due at whatever ``planned`` says when it is asked."""
    earliest = select(bindparam(name, callable_=planned, type_=DateTime(timezone=True)))
    return DueSource(name, Moments(earliest, lambda _now: select(Agency.agency_id).where(False)), run)
