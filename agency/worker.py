"""The job worker, and the whole schedule on one page."""

import signal
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

from flask import Flask
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job as Delivery
from rq.serializers import JSONSerializer
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due import sources
from agency.foundation.idempotency.replay import forget_old
from agency.foundation.jobs import sweep
from agency.foundation.jobs.registry import QUEUES, job
from agency.foundation.jobs.schedule import Entry, run_forever
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.webhooks import jobs as webhooks
from wallet.charges import jobs as charges
from wallet.recharge import jobs as recharges
from wallet.recharge.models import RechargeRule

# A dead host's job comes back within seconds rather than RQ's eleven minutes.
WORKER_TTL_SECONDS = 30
MAINTENANCE_SECONDS = 5
MONITORING_SECONDS = 5


class TenantWorker(SimpleWorker):
    """Performs jobs in its own process, each in a context of its own.

    A fork for each job would cost its caches and its connection ten times what the job costs. What a fork is for, to
    survive a job that dies, the lease and the sweep give.
    """

    def __init__(self, app: Flask, **settings: Any) -> None:  # noqa: ANN401  # RQ's own.
        super().__init__(list(QUEUES), connection=app.extensions["redis"], serializer=JSONSerializer, **settings)
        self._app = app

    def perform_job(self, job: Delivery, queue: Queue, execution: Execution) -> bool:
        with self._app.app_context():
            return bool(super().perform_job(job, queue, execution))


def work(app: Flask, *, burst: bool = False) -> None:
    """Perform jobs until told to stop; with ``burst``, until no queue holds one."""
    worker = TenantWorker(
        app,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
        log_job_description=False,
    )
    with app.app_context():
        worker.work(burst=burst, logging_level="WARNING")


def keep_schedule(app: Flask) -> None:
    """Run the schedule until told to stop. Several may run: each tick is taken by one of them."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with app.app_context():
        run_forever(SCHEDULE, may_go_on=lambda: not stopping.is_set())


@job(queue="bulk")
def tidy(*, until: str) -> None:
    """Forget what an agency need not keep."""
    with transaction():
        now = datetime.fromisoformat(until)
        sweep.forget_done(now)
        forget_old(now)


def tidy_every_agency(now: datetime) -> None:
    for agency_id in every_agency():
        with scope.of_agency(agency_id), transaction():
            tidy.later(until=now.isoformat())
            webhooks.forget_old.later(until=now.isoformat())


def look_at_low_wallets(_now: datetime) -> None:
    """The net below every recharge that a debit asks for; a sandbox keeps its own time."""
    with scope.all_tenants(), transaction():
        sandboxes = select(TenantRoot.agency_id).where(TenantRoot.is_sandbox)
        armed = session.scalars(
            select(RechargeRule.agency_id).where(RechargeRule.agency_id.not_in(sandboxes)).distinct()
        ).all()
    for agency_id in armed:
        with scope.of_agency(agency_id), transaction():
            recharges.look_at_low_wallets.later_once()


def every_agency() -> list[UUID]:
    with scope.all_tenants(), transaction():
        return list(session.scalars(select(TenantRoot.agency_id)))


SCHEDULE = [
    Entry("send forgotten jobs", timedelta(seconds=3), sweep.send_forgotten),
    Entry("start due work", timedelta(seconds=5), sources.start_due),
    Entry("look at open charges", timedelta(seconds=3), charges.sweep),
    Entry("look at low wallets", timedelta(minutes=5), look_at_low_wallets),
    Entry("tidy", timedelta(days=1), tidy_every_agency),
]
