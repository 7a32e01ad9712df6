"""A billing run that is killed so many seconds after its start, in a process of its own."""

from datetime import datetime
from threading import Timer
from uuid import UUID

from agency.app import create_app
from agency.foundation.config import Settings
from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations import running
from tests.processes import end_of
from tests.wallet.charges.dying import die


def run(settings: Settings, agency_id: UUID, now: datetime, seconds: float) -> None:
    with create_app(settings).app_context(), scope.of_agency(agency_id):
        Timer(seconds, die).start()
        running.run(now, size=1)
    die()


def killed_after(seconds: float, settings: Settings, agency_id: UUID, now: datetime) -> int | None:
    """Start the run and answer the process's end."""
    return end_of(run, settings, agency_id, now, seconds)
