"""Work that falls due by business time: renewals, expiries, retries, notices.

Each source says when it has something to do, and does what is due. The scheduler asks for live
agencies; a sandbox's own clock asks for a sandbox. Sources are listed once, in ``agency/app.py``.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, Select, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")
LEASE, NONE = timedelta(minutes=10), timedelta()


@dataclass(frozen=True, slots=True)
class Moments:
    """When the rows of a table fall due: as statements, so that those of every source are asked for in one.

    Attributes:
        earliest: of the rows of the agency in scope, the first moment; no row, or NULL: none is planned.
        agencies: those with a row due by a moment; run as the sweeper, which reads listed columns alone.
        after: how long after its own moment a row falls due.
    """

    earliest: Select[Any]
    agencies: Callable[[datetime], Select[UUID]]
    after: timedelta = NONE


def moments(
    column: InstrumentedAttribute[Any], *where: ColumnExpressionArgument[bool], after: timedelta = NONE
) -> Moments:
    """Each row that is ``where`` falls due so long ``after`` what stands in its column."""
    return Moments(
        select(func.min(column)).where(*where),
        lambda now: select(column.class_.agency_id).where(*where, column <= now - after).distinct(),
        after,
    )


@dataclass(frozen=True, slots=True, eq=False)
class DueSource:
    """One kind of due work.

    Attributes:
        name: names it in jobs and logs.
        moments: when there is such work.
        run_due: does everything due at or before a moment, in transactions of its own; safe to run twice.
    """

    name: str
    moments: Moments
    run_due: Callable[[datetime], object]


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
    every = tuple(registered())
    found = zip(session.execute(_earliest_of(every)).one(), every, strict=True)
    steps = [Planned(at + source.moments.after, source) for at, source in found if at is not None]
    return sorted(steps, key=attrgetter("at"))


@cache
def _earliest_of(every: tuple[DueSource, ...]) -> Select[*tuple[datetime | None, ...]]:
    query = select(*[source.moments.earliest.scalar_subquery() for source in every])
    return query.execution_options(prepared=True)


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


def one_by_one(
    row_id: InstrumentedAttribute[UUID], at: InstrumentedAttribute[Any], act: Callable[..., object]
) -> Callable[[datetime], None]:
    """What a source does that has ``act(id, now=...)`` done for each row due, the earliest first, each apart."""

    def run_due(now: datetime) -> None:
        with transaction():
            due = session.scalars(select(row_id).where(at <= now).order_by(at)).all()
        each_apart(due, lambda one: act(one, now=now))

    return run_due


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
        due = session.execute(
            union_all(*[source.moments.agencies(now).add_columns(literal(source.name)) for source in registered()])
        ).all()
    live = [(agency_id, name) for agency_id, name in due if agency_id not in sandboxes]
    for agency_id, name in live:
        with scope.of_agency(agency_id), transaction():
            run_source.later_once(name=name)
    return len(live)
