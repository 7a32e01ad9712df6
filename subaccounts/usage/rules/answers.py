from enum import StrEnum
from typing import NamedTuple

from subaccounts.usage.rules.events import Fault


class Outcome(StrEnum):
    """What became of an event; a *conflict* is an id that was used for another event before."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Answer(NamedTuple):
    """``number`` is the event's place in what was sent, from zero."""

    number: int
    id: str | None
    outcome: Outcome
    reason: Fault | None = None
