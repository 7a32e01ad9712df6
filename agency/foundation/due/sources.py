"""Work that falls due by business time: renewals, expiries, retries, notices.

Each source says when an agency next has something to do, and does what is due. The scheduler asks for live
agencies; a sandbox's own clock asks for a sandbox. Sources are listed once, in ``agency/app.py``.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DueSource:
    """One kind of due work.

    Attributes:
        name: names it in jobs and logs.
        next_due: the earliest moment at which the agency in scope has such work; None: none is planned.
        run_due: does everything due at or before the moment, in transactions of its own; safe to run twice.
        agencies_due: the agencies with work due by then; called as the sweeper, reading listed columns alone.
    """

    name: str
    next_due: Callable[[], datetime | None]
    run_due: Callable[[datetime], None]
    agencies_due: Callable[[datetime], Sequence[UUID]]


_sources: dict[str, DueSource] = {}


def register(*sources: DueSource) -> None:
    for source in sources:
        _sources[source.name] = source


def registered() -> list[DueSource]:
    return list(_sources.values())


@dataclass(frozen=True, slots=True)
class Planned:
    at: datetime
    source: DueSource


def planned() -> list[Planned]:
    """What the agency in scope has to do next, one entry a source, the earliest first."""
    found = [Planned(moment, source) for source in registered() if (moment := source.next_due()) is not None]
    return sorted(found, key=attrgetter("at"))


@job(queue="default", lease=LEASE)
def run_source(*, name: str) -> None:
    """Do what is due for the agency in scope."""
    _sources[name].run_due(clock.now())


def each_apart(things: Iterable[Thing], act: Callable[[Thing], object]) -> None:
    """Each in a transaction of its own, so that one that fails holds up no other.

    Raises:
        ExceptionGroup: some failed, and are tried again with the job.
    """
    failures = [failure for thing in things if (failure := _failure(act, thing)) is not None]
    if failures:
        raise ExceptionGroup("some of what was due failed", failures)


def together_or_apart(things: Sequence[Thing], act: Callable[[Sequence[Thing]], object]) -> list[Thing]:
    """All in one transaction; where that fails, each in one of its own. Answers those that fail there too."""
    if _failure(act, things) is None:
        return []
    return [thing for thing in things if _failure(act, [thing]) is not None]


def _failure(act: Callable[[Thing], object], thing: Thing) -> Exception | None:
    """What it failed by, in a transaction of its own; whatever that is, it must not stop the others."""
    try:
        with transaction():
            act(thing)
    except Exception as error:
        log.exception("Something that was due failed; the others go on.")
        return error
    return None


def start_due(now: datetime) -> int:
    """Ask for one job per source and live agency with due work; answers how many. Sandboxes keep their own time."""
    with scope.all_tenants(), transaction():
        sandboxes = set(session.scalars(select(TenantRoot.agency_id).where(TenantRoot.is_sandbox)))
        due = [(source.name, agency_id) for source in registered() for agency_id in source.agencies_due(now)]
    live = [(name, agency_id) for name, agency_id in due if agency_id not in sandboxes]
    for name, agency_id in live:
        with scope.of_agency(agency_id), transaction():
            run_source.later_once(name=name)
    return len(live)
