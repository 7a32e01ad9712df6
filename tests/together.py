"""What two do at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event
from time import sleep
from uuid import UUID

from sqlalchemy import text

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope

LONGEST = 500  # In hundredths of a second.
SOMEBODY_WAITS = text("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")


def await_the_block() -> None:
    for _ in range(LONGEST):
        if session.scalar(SOMEBODY_WAITS):
            return
        sleep(0.01)
    raise AssertionError("the block did not wait")


@contextmanager
def beside(agency_id: UUID, act: Callable[[], object], then: Callable[[], object] | None = None) -> Iterator[None]:
    """Another transaction has done ``act`` when the block begins; once that waits, it does ``then`` and commits."""
    begun = Event()

    def work() -> None:
        try:
            with scope.of_agency(agency_id), transaction():
                act()
                session.flush()
                begun.set()
                await_the_block()
                if then is not None:
                    then()
        finally:
            begun.set()
            session.remove()

    with ThreadPoolExecutor(1) as other:
        working = other.submit(copy_context().run, work)
        begun.wait()
        yield
        working.result()
