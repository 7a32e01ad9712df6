from datetime import datetime

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import transaction
from agency.foundation.due.advance import advance
from agency.tenants.queries import agency


def advance_clock(to: datetime, *, by: Actor, now: datetime) -> None:
    """Move a sandbox's time, doing all that falls due on the way, and write down who moved it.

    Raises:
        LiveAgency, ClockRunsForward, ClockAdvancing: as ``advance``.
    """
    reached = advance(to)
    with transaction():
        times = {"now": now.isoformat()}, {"now": reached.isoformat()}
        record("clock.advanced", agency(), by=by, now=reached, before=times[0], after=times[1])
