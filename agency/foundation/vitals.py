"""How the platform is: for load balancers, orchestrators and Prometheus."""

import os
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import cast

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database import schema
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.jobs.queries import count_open

vitals = outside("vitals", __name__)
registry = CollectorRegistry()
# Each web process counts for itself and a scrape reaches one of them, so the process is a label.
answered = Counter(
    "cartera_http_requests", "Requests answered.", ["worker", "endpoint", "method", "status"], registry=registry
)
took = Histogram(
    "cartera_http_request_seconds", "Time until the answer.", ["worker", "endpoint", "method"], registry=registry
)
open_jobs = Gauge("cartera_jobs_open", "Jobs waiting or running.", ["queue", "state"], registry=registry)


@vitals.get("/healthz")
@public("Says that the process answers, and nothing else.")
def alive() -> ResponseReturnValue:
    return {"status": "ok"}


@vitals.get("/readyz")
@public("Names what is not ready, and nothing of anybody.")
def ready() -> ResponseReturnValue:
    found = {name: check() for name, check in CHECKS.items()}
    is_ready = all(found.values())
    return {"status": "ready" if is_ready else "not ready", "checks": found}, 200 if is_ready else 503


@vitals.get("/metrics")
@public("Counts without names, and only for the operator's own network.")
def metrics() -> Response:
    if not ip_address(request.remote_addr or "0.0.0.0").is_private:  # noqa: S104  # nosec B104  # No address at all is nobody's.
        raise NotFound
    open_jobs.clear()
    for queue, state, number in count_open():
        open_jobs.labels(queue, state).set(number)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def measure(app: Flask) -> None:
    """Count every answer, and how long it took."""

    @app.before_request
    def start() -> None:
        g.began = time.monotonic()

    @app.after_request
    def count(response: Response) -> Response:
        place = (os.getpid(), request.endpoint or "none", request.method)
        answered.labels(*place, response.status_code).inc()
        took.labels(*place).observe(time.monotonic() - g.get("began", time.monotonic()))
        return response


def _database_answers() -> bool:
    return _asked("SELECT true")


def _login_is_walled() -> bool:
    """A login that goes round row-level security would make every wall a painting."""
    return _asked("SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = session_user")


def _schema_is_current() -> bool:
    return _asked("SELECT version_num = :head FROM alembic_version", head=schema.head())


def _asked(question: str, **values: str) -> bool:
    """Outside the session and its scope: the platform is asked about itself."""
    engine = session.get_bind()
    try:
        with cast("Engine", engine).connect() as connection:
            return bool(connection.scalar(text(question), values))
    except SQLAlchemyError:
        return False


def _redis_answers() -> bool:
    try:
        return bool(current_app.extensions["redis"].ping())
    except RedisError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "login": _login_is_walled,
    "migrations": _schema_is_current,
    "redis": _redis_answers,
}
