"""The job worker, and the whole schedule on one page."""

import os
import signal
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from flask import Flask
from rq import Queue, Worker
from rq.job import Job as Delivery
from rq.serializers import JSONSerializer
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due import sources
from agency.foundation.embedded.launch import die_with_parent
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


class TenantWorker(Worker):
    """A worker whose forked child does not live on when the worker is killed."""

    def main_work_horse(self, job: Delivery, queue: Queue) -> None:
        die_with_parent(self.pid or os.getppid())
        super().main_work_horse(job, queue)


def work(app: Flask, *, burst: bool = False) -> None:
    """Perform jobs until told to stop; with ``burst``, until no queue holds one."""
    worker = TenantWorker(
        list(QUEUES),
        connection=app.extensions["redis"],
        serializer=JSONSerializer,
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
