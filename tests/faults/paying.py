"""A collector of a payment that is killed at one of its steps, in a process of its own."""

from uuid import UUID

from agency.foundation.config import Settings
from subaccounts.payments import handlers
from tests.processes import end_of
from tests.wallet.charges import dying

# Before the call; after it; before the money is booked; booked and put to its invoices, but not committed.
STEPS = ("claimed", "called", "settling", "allocated")


def run(settings: Settings, agency_id: UUID, step: str, attempt_id: str) -> None:
    if step == "allocated":
        handlers.settle = dying.then_die(handlers.settle)
    dying.run(settings, agency_id, step, "collect", {"attempt_id": attempt_id})


def killed_at(step: str, settings: Settings, agency_id: UUID, attempt_id: str) -> int | None:
    """Collect until the step and answer the process's end."""
    return end_of(run, settings, agency_id, step, attempt_id)
