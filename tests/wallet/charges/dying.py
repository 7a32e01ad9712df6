"""A collector that is killed at one of its three steps, in a process of its own."""

import os
import signal
from collections.abc import Callable
from itertools import count
from uuid import UUID

from agency.app import create_app
from agency.foundation.config import Settings
from agency.foundation.tenancy import scope
from tests.processes import end_of
from wallet.charges import jobs

STEPS = ("claimed", "called", "settling", "settled")


def die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(work: Callable[..., object]) -> Callable[..., object]:
    def do(*arguments: object, **named: object) -> object:
        work(*arguments, **named)
        return die()

    return do


def dying_at(last: int, work: Callable[..., object]) -> Callable[..., object]:
    """The work is done until the call of that number; one more than go at once, so that the first is over by then."""
    numbers = count(1)

    def do(*arguments: object, **named: object) -> object:
        return die() if next(numbers) >= last else work(*arguments, **named)

    return do


def run(settings: Settings, agency_id: UUID, step: str, name: str, arguments: dict[str, object]) -> None:
    call, settle = ("_call", "settle_charge") if name.startswith("collect") else ("_call_refund", "settle_refund")
    if step == "claimed":
        setattr(jobs, call, die)
    if step == "called":
        setattr(jobs, call, then_die(getattr(jobs, call)))
    if step == "settling":
        setattr(jobs, settle, then_die(getattr(jobs, settle)))
    if step == "midway":
        setattr(jobs, settle, dying_at(jobs.CALLS_AT_ONCE + 1, getattr(jobs, settle)))
    with create_app(settings).app_context(), scope.of_agency(agency_id):
        getattr(jobs, name)(**arguments)
    die()


def killed_at(step: str, settings: Settings, agency_id: UUID, name: str, **arguments: object) -> int | None:
    """Run the job until the step and answer the process's end."""
    return end_of(run, settings, agency_id, step, name, arguments)
