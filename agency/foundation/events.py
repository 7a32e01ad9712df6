"""Events: what a lower floor publishes and an upper one handles, at once and in the same transaction.

Every subscription is listed once, in ``agency/app.py``.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[Event], handler: Callable[[Event], None]) -> None:
    """Call the handler for each such event; a second subscription of the same handler changes nothing."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(event: object) -> None:
    """Tell every handler, in the order of their subscription."""
    for handler in _handlers[type(event)]:
        handler(event)
