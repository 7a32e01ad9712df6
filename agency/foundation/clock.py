"""Two clocks: business time, which a sandbox agency can set, and the wall's, which nobody can."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_sandbox_time: ContextVar[datetime | None] = ContextVar("sandbox_time", default=None)


def wall() -> datetime:
    """Time for sessions, links, signatures, leases, rate limits and idempotency keys."""
    return datetime.now(UTC)


def now() -> datetime:
    """Business time: that of the sandbox agency at hand, frozen between its advances, or else the wall's."""
    return _sandbox_time.get() or wall()


def is_sandbox() -> bool:
    """Whether business time is that of a sandbox."""
    return _sandbox_time.get() is not None


def set_sandbox_time(moment: datetime | None) -> None:
    """Told by whoever enters a tenant's scope, from the clock kept with the agency."""
    _sandbox_time.set(moment)


@contextmanager
def standing_at(moment: datetime | None) -> Iterator[None]:
    """Business time stands at the moment inside the block; None lets it follow the wall."""
    token = _sandbox_time.set(moment)
    try:
        yield
    finally:
        _sandbox_time.reset(token)
