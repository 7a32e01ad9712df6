"""RQ carries ids to the workers. What it loses, the sweep sends again; what it doubles, the lease refuses."""

import logging
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from redis import Redis, RedisError
from rq import Queue
from rq.job import Job as Delivery
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)
ENTRY_POINT = "agency.foundation.jobs.performance.perform"
MARGIN_SECONDS = 5  # A job is stopped this long before its lease ends, so that no other has begun it by then.


@dataclass(frozen=True, slots=True)
class Order:
    agency_id: UUID
    job_id: UUID
    queue: str
    attempts: int
    seconds: float

    @property
    def delivery_id(self) -> str:
        """One delivery for each attempt, so that a sweep does not queue what is already queued."""
        return f"{self.job_id}-{self.attempts}"


def queue(name: str) -> Queue:
    connection: Redis = current_app.extensions["redis"]
    return Queue(name, connection=connection, serializer=JSONSerializer)


def send(orders: list[Order]) -> None:
    """Queue the jobs; with Redis away they wait in the database for the sweep."""
    try:
        for order in orders:
            _enqueue(order)
    except RedisError:
        log.warning("The queue cannot be reached; %s jobs wait for the sweep.", len(orders))


def send_again(orders: list[Order]) -> int:
    """Queue those that are not queued already; answers how many."""
    missing = []
    for order in orders:
        target = queue(order.queue)
        if not Delivery.exists(order.delivery_id, connection=target.connection):
            missing.append(order)
    send(missing)
    return len(missing)


def _enqueue(order: Order) -> None:
    queue(order.queue).enqueue_call(
        ENTRY_POINT,
        args=(str(order.agency_id), str(order.job_id)),
        job_id=order.delivery_id,
        timeout=max(int(order.seconds) - MARGIN_SECONDS, 1),
        result_ttl=0,
        failure_ttl=60,
    )
