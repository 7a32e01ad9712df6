"""What must leave only once the transaction is committed.

Not SQLAlchemy's own event: it also fires when a savepoint is released, and no rollback event fires while
nothing was sent yet, so that a call would leave with the next commit.
"""

import logging
from collections.abc import Callable
from threading import local

log = logging.getLogger(__name__)


class _Waiting(local):
    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []


_waiting = _Waiting()


def call(function: Callable[[], None]) -> None:
    _waiting.calls.append(function)


def forget() -> None:
    _waiting.calls.clear()


def run() -> None:
    """Call what waits. A failure is logged: the transaction stands, and its caller must not hear that it failed."""
    calls, _waiting.calls = _waiting.calls, []
    for function in calls:
        try:
            function()
        except Exception:
            log.exception("A call after the commit failed; the sweep makes up for it.")
