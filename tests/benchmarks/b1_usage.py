"""B1 and B2: usage over HTTP to 2 web workers, stored, and then rated and debited from armed wallets.

The limit is COPY of the same rows into the same table by 2 clients, in the same database. In B2 a job worker rates
while events arrive; its wallets have recharge rules whose threshold is looked at by every debit.
"""

import json
import multiprocessing
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from socket import socket
from statistics import quantiles
from threading import Thread
from time import monotonic, sleep
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.session import connect, session, transaction
from agency.foundation.embedded import postgresql, valkey
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans import queries as catalogue
from agency.plans.operations.meters import add_built_in_meters
from agency.plans.operations.prices import PriceWish, add_price
from agency.plans.operations.products import ProductWish, add_product
from agency.plans.rules.components import Component, Interval, ProductKind
from agency.plans.rules.terms import Model, PriceTerms
from agency.tenants.operations.agencies import AgencyWish, open_agency
from agency.tenants.operations.sub_accounts import SubAccountWish, open_sub_account
from tests.benchmarks.figures import Figure
from tests.factories import staff
from wallet.credits.operations.top_ups import TopUp, top_up
from wallet.recharge.models import RechargeRule

SUB_ACCOUNTS = 200
CLIENTS = 2
SENDERS = 8  # Connections that send at a time: while one waits for its commit to be durable, others are read.
EVENTS = 120_000
WARM_UP = 5_000
LATENCY_BATCHES = 100
LATENCY_EVERY = 0.05
PATIENCE_SECONDS = 60
PLACE = {"country": "US", "currency": "USD", "time_zone": "America/Chicago", "locale": "en"}
COPY = """
COPY usage_events (agency_id, id, sub_account_id, meter_id, batch_id, occurred_at, quantity, member) FROM STDIN
"""


@dataclass(frozen=True, slots=True)
class World:
    """An agency with clients, and a server that takes their usage."""

    agency_id: UUID
    sub_accounts: list[UUID]
    meter_id: UUID
    key: str
    port: int
    began: datetime

    def events(self, name: str, count: int) -> list[dict[str, str]]:
        """Ids that grow, as senders make them; clients in any order."""
        chance = Random(name)  # noqa: S311  # Whose event is next needs no secrecy.
        owners = [ids.encode("sac", sub_account_id) for sub_account_id in self.sub_accounts]
        return [
            {
                "id": f"{name}-{number:09}",
                "sub_account_id": chance.choice(owners),
                "meter": "sms_segments",
                "quantity": str(chance.randint(1, 4)),
                "occurred_at": f"{self.began - timedelta(seconds=chance.randint(0, 1800)):%Y-%m-%dT%H:%M:%SZ}",
                "member": f"member-{chance.randint(1, 3)}",
            }
            for number in range(count)
        ]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with postgresql.start(folder / "postgresql") as database, valkey.start(folder / "valkey") as queue:
            url = database.url(APPLICATION, "benchmark-of-usage")
            schema.upgrade(database.owner_url, url)
            told = environment(url, queue.url)
            with process(told, "serve", "--bind", f"127.0.0.1:{(port := free_port())}"):
                world = open_world(url, port)
                return measure(world, database.owner_url, lambda: process(told, "worker"))


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    return {
        "CARTERA_MODE": "production",
        "BASE_URL": "http://127.0.0.1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "SMTP_URL": "smtp://127.0.0.1:1",
        "WEB_WORKERS": str(CLIENTS),
    }


def measure(world: World, owner_url: str, worker: Callable[[], object]) -> list[Figure]:
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        await_it(lambda: answers(world))
        _send(world, _bodies(world, "warm", WARM_UP, 100))
        limit = _copied(world, owner_url, owner)
        stored = _send(world, _bodies(world, "stored", EVENTS, 1000))
        small = _send(world, _bodies(world, "small", EVENTS // 4, 100))
        bodies = _bodies(world, "rated", EVENTS, 1000)
        with worker():
            await_it(lambda: _waiting(owner) == 0)
            owner.execute("ANALYZE")  # The same for what was rated meanwhile.
            began = monotonic()
            _send(world, bodies)
            await_it(lambda: _waiting(owner) == 0)
            rated = EVENTS / (monotonic() - began)
            latency = _latency(world, owner)
    return [
        Figure("B1", stored, "events/s", limit, 0.6),
        Figure("B1 in batches of 100", small, "events/s", limit, 0.25),
        Figure("B2", rated, "events/s", limit, 0.3),
        Figure("B2 from sent to billable, p99", latency, "s", 1.0, 1.0, smaller_is_better=True),
    ]


@contextmanager
def process(environment: dict[str, str], *command: str) -> Iterator[None]:
    started = subprocess.Popen([sys.executable, "-m", "agency.commands", *command], env=environment)
    try:
        yield
    finally:
        started.terminate()
        started.wait()


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_it(is_so: Callable[[], bool]) -> None:
    began = monotonic()
    while not is_so():
        if monotonic() - began > PATIENCE_SECONDS:
            raise RuntimeError("it did not come about")
        sleep(0.01)


def answers(world: World) -> bool:
    connection = HTTPConnection("127.0.0.1", world.port)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def open_world(url: str, port: int) -> World:
    engine, agency_id, now = connect(url), ids.new_id(), clock.wall()
    with scope.of_agency(agency_id), transaction():
        agency = open_agency(AgencyWish(name="Benchmark", **PLACE), by=OPERATOR, now=now)
        add_built_in_meters(now=now)
        meter = catalogue.meter("sms_segments")
        service = add_product(ProductWish(kind=ProductKind.RESOLD_SERVICE, name="SMS"), by=OPERATOR, now=now)
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=Decimal("0.0083"), markup=Decimal("1.35"))
        line = PriceWish(component=Component.USAGE, terms=terms, meter=meter, interval=Interval.MONTH)
        add_price(service, line, by=OPERATOR, now=now - timedelta(days=1))
        wishes = [SubAccountWish(name=f"Client {number}", **PLACE) for number in range(SUB_ACCOUNTS)]
        clients = [open_sub_account(wish, by=OPERATOR, now=now).id for wish in wishes]
        for client in clients:
            top_up(TopUp(sub_account_id=client, amount=Money.of("100000", "USD"), charge_id=ids.new_id()), now=now)
            session.add(_armed(client, now))
    key = staff.api_key(agency)
    session.remove()
    engine.dispose()
    return World(agency_id, clients, meter.id, key, port, now)


def _armed(client: UUID, now: datetime) -> RechargeRule:
    return RechargeRule(
        sub_account_id=client,
        currency="USD",
        threshold_micros=10_000_000,
        amount_micros=25_000_000,
        cap_micros=250_000_000,
        card_ids=[],
        consent_text="Charge me",
        consented_by="Benchmark",
        consented_at=now,
        created_at=now,
    )


def _bodies(world: World, name: str, count: int, size: int) -> list[bytes]:
    events = world.events(name, count)
    return [json.dumps({"events": events[start : start + size]}).encode() for start in range(0, count, size)]


def _send(world: World, bodies: list[bytes]) -> float:
    """Events a second that the server accepted from all clients."""
    fork = multiprocessing.get_context("fork")
    with fork.Pool(SENDERS) as pool:
        began = monotonic()
        accepted = sum(pool.starmap(_post, [(world, bodies[sender::SENDERS]) for sender in range(SENDERS)]))
        seconds = monotonic() - began
    assert accepted == sum(body.count(b'"occurred_at"') for body in bodies)
    return accepted / seconds


def _post(world: World, bodies: list[bytes]) -> int:
    connection = HTTPConnection("127.0.0.1", world.port)
    headers = {"Authorization": f"Bearer {world.key}", "Content-Type": "application/json"}
    accepted = 0
    for body in bodies:
        connection.request("POST", "/api/v1/usage/events", body, headers)
        accepted += connection.getresponse().read().count(b'"accepted"')
    connection.close()
    return accepted


def _copied(world: World, owner_url: str, owner: psycopg.Connection) -> float:
    """Rows a second of COPY by as many clients; the rows are taken away again."""
    events, limit_agency = world.events("limit", EVENTS), ids.new_id()
    owner_of = {ids.encode("sac", sub_account_id): sub_account_id for sub_account_id in world.sub_accounts}
    batches = [ids.new_id() for _ in range(0, EVENTS, 1000)]
    rows = [
        (
            *(limit_agency, each["id"], owner_of[each["sub_account_id"]], world.meter_id, batches[number // 1000]),
            *(each["occurred_at"], each["quantity"], each["member"]),
        )
        for number, each in enumerate(events)
    ]
    texts = ["\t".join(map(str, row)) for row in rows]
    fork = multiprocessing.get_context("fork")
    with fork.Pool(CLIENTS) as pool:
        began = monotonic()
        pool.starmap(_copy, [(owner_url, "\n".join(texts[client::CLIENTS]).encode()) for client in range(CLIENTS)])
        seconds = monotonic() - began
    owner.execute("DELETE FROM usage_events WHERE agency_id = %s", (limit_agency,))
    owner.execute("VACUUM ANALYZE")  # As the database does by itself in its first minutes.
    return EVENTS / seconds


def _copy(owner_url: str, text: bytes) -> None:
    with psycopg.connect(for_driver(owner_url)) as own, own.cursor().copy(COPY) as copying:
        copying.write(text)


def _waiting(owner: psycopg.Connection) -> int:
    return owner.execute("SELECT count(*) FROM usage_batches WHERE rating_id IS NULL").fetchone()[0]


def _latency(world: World, owner: psycopg.Connection) -> float:
    """From the moment a batch is sent to that at which its debits are committed, 99 of 100 within it, in seconds."""
    events = world.events("latency", LATENCY_BATCHES * 100)
    sent: list[float] = []
    done: list[float] = []

    def watch() -> None:
        before = len(_rated(owner))
        while len(done) < LATENCY_BATCHES:
            newly = len(_rated(owner)) - before - len(done)
            done.extend([monotonic()] * newly)
            sleep(0.002)

    watching = Thread(target=watch)
    watching.start()
    sleep(LATENCY_EVERY)
    for number in range(LATENCY_BATCHES):
        sent.append(monotonic())
        _post(world, [json.dumps({"events": events[number * 100 : number * 100 + 100]}).encode()])
        sleep(max(LATENCY_EVERY - (monotonic() - sent[-1]), 0))
    watching.join(PATIENCE_SECONDS)
    return quantiles([ended - began for began, ended in zip(sent, done, strict=True)], n=100)[-1]


def _rated(owner: psycopg.Connection) -> list[UUID]:
    return [row[0] for row in owner.execute("SELECT id FROM usage_batches WHERE rating_id IS NOT NULL").fetchall()]
