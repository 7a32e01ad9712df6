"""RQ carries ids to the workers. What it loses, the sweep sends again; what it doubles, the lease refuses."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry
from rq import Queue
from rq.job import Job as Delivery
from rq.job import JobStatus
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)
ENTRY_POINT = "agency.foundation.jobs.performance.perform"
CONNECT_SECONDS_MAX = 2
RETRIES = 1  # At once: a pooled connection may have been closed meanwhile.
MARGIN_SECONDS = 5  # A job is stopped this long before its lease ends, so that no other has begun it by then.
_is_held_back: ContextVar[bool] = ContextVar("is_held_back", default=False)


def connect(url: str) -> Redis:
    """A client that gives up soon: who waits for an answer must not wait for an absent queue."""
    return Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS_MAX, retry=Retry(NoBackoff(), RETRIES))


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


@contextmanager
def held_back() -> Iterator[None]:
    """Whoever performs what waits by themselves need not have it carried; cut off, the sweep sends it."""
    token = _is_held_back.set(True)
    try:
        yield
    finally:
        _is_held_back.reset(token)


def send(orders: list[Order]) -> None:
    """Queue the jobs in one message; with Redis away they wait in the database for the sweep."""
    if _is_held_back.get():
        return
    connection: Redis = current_app.extensions["redis"]
    try:
        with connection.pipeline() as message:
            for order in orders:
                _enqueue(order, message)
            message.execute()
    except RedisError:
        log.warning("The queue cannot be reached; %s jobs wait for the sweep.", len(orders))


def send_again(orders: list[Order]) -> int:
    """Queue those that no queue holds; answers how many.

    A delivery that a worker took and did nothing with is as good as lost; the lease refuses it if it was not.
    """
    try:
        missing = [order for order in orders if not _is_queued(order)]
    except RedisError:
        log.warning("The queue cannot be reached; the sweep comes again.")
        return 0
    send(missing)
    return len(missing)


def _is_queued(order: Order) -> bool:
    connection: Redis = current_app.extensions["redis"]
    status = cast("bytes | None", connection.hget(Delivery.key_for(order.delivery_id), "status"))
    return status == JobStatus.QUEUED.value.encode()


def _enqueue(order: Order, message: Pipeline) -> None:
    queue(order.queue).enqueue_call(
        ENTRY_POINT,
        args=(str(order.agency_id), str(order.job_id)),
        job_id=order.delivery_id,
        timeout=max(int(order.seconds) - MARGIN_SECONDS, 1),
        result_ttl=0,
        failure_ttl=60,
        pipeline=message,
    )
