"""The schedule: what runs every so often. Any number of schedulers may run; each tick is taken by one."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import ScheduleTick
from agency.foundation.tenancy import scope

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """``run`` gets the wall's time; it finds who is due and leaves the work to jobs."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def run_forever(entries: list[Entry], *, may_go_on: Callable[[], bool]) -> None:
    """Until told to stop. With the database away it waits for it."""
    while may_go_on():
        try:
            run_due(entries, now=clock.wall())
        except SQLAlchemyError:
            log.exception("The schedule cannot reach its database.")
        time.sleep(LOOK_EVERY_SECONDS)


def run_due(entries: list[Entry], *, now: datetime) -> list[str]:
    """Run every entry whose tick this caller gets; a failure is logged and does not stop the others."""
    ran = []
    for entry in entries:
        if not _take(entry, now=now):
            continue
        try:
            entry.run(now)
        except Exception:
            log.exception("Scheduled %s failed.", entry.name)
        finally:
            session.remove()
        ran.append(entry.name)
    return ran


def _take(entry: Entry, *, now: datetime) -> bool:
    with scope.scoped(scope.NOBODY), transaction():
        connection = session.connection()
        connection.execute(insert(ScheduleTick).values(name=entry.name, next_at=now).on_conflict_do_nothing())
        taken = connection.execute(
            update(ScheduleTick)
            .where(ScheduleTick.name == entry.name, ScheduleTick.next_at <= now)
            .values(next_at=now + entry.every)
        )
        return taken.rowcount == 1
