"""Jobs to try the machinery with: each writes into a file what it did."""

import os
from datetime import timedelta
from pathlib import Path
from time import sleep

from agency.foundation import clock
from agency.foundation.actor import PLATFORM
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.jobs.registry import NotYet, job
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency


def write(file, *words):
    with Path(file).open("a") as target:
        print(*words, file=target)


@job(queue="money")
def note(*, file, word="noted"):
    """Says for whom it works, and when it thinks it is."""
    write(file, word, scope.agency_id(), scope.sub_account_id(), clock.now().isoformat())


@job(attempts_max=3)
def stumble(*, file):
    """Fails after it has begun to change something."""
    write(file, "stumbled")
    with transaction():
        record("trial.stumbled", session.get_one(Agency, scope.agency_id()), by=PLATFORM, now=clock.now())
        session.flush()
        raise NotFound


@job(queue="bulk", lease=timedelta(seconds=7))
def linger(*, file):
    """Ends at once when it may; else it lasts until somebody stops it."""
    write(file, "begun", os.getpid())
    while not Path(f"{file}.may_end").exists():
        sleep(0.01)
    write(file, "done")


@job()
def hesitate(*, file):
    """Finds what it needs in other hands."""
    write(file, "hesitated")
    raise NotYet
