"""B5: the portal's *Billing & payments* and the panel's *Overview* among a million invoices, beside Flask's hello.

What a page costs is Python: of a portal's page some 13 ms of processor time and 5 ms in PostgreSQL for six queries, of
an overview 20 ms and 6 ms for sixteen, beside 0.6 ms for hello. Nearly half of it is the template, a third the mapper
and the driver. Two and a half times hello would leave 1.5 ms for all of that.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from statistics import quantiles
from threading import Thread
from time import monotonic, sleep

import psycopg
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from agency.app import create_app
from agency.foundation.config import Settings
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.embedded import postgresql, valkey
from tests.benchmarks.figures import Figure
from tests.factories import invoices, portal, staff, tenants

INVOICES = int(os.environ.get("B5_INVOICES", "1000000"))
TRANSFERS = int(os.environ.get("B5_TRANSFERS", "10000000"))
CUSTOMERS = 1000
CONNECTIONS = 16
SECONDS = 10
PATIENCE_SECONDS = 60
# What is measured only reads, so that nothing is lost by loading without waiting for the disk.
QUICK_TO_LOAD = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "16GB", "shared_buffers": "1GB"}


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            postgresql.start(folder / "postgresql", settings=QUICK_TO_LOAD) as database,
            valkey.start(folder / "valkey") as queue,
        ):
            url = database.url(APPLICATION, "benchmark-of-portal")
            schema.upgrade(database.owner_url, url)
            environment = os.environ | {
                "CARTERA_MODE": "production",
                "BASE_URL": "http://127.0.0.1",
                "DATABASE_URL": url,
                "REDIS_URL": queue.url,
                "SECRET_KEY": secrets.token_urlsafe(48),
                "ENCRYPTION_KEY": Fernet.generate_key().decode(),
                "SMTP_URL": "smtp://127.0.0.1:1",
                "WEB_WORKERS": "2",
            }
            return measure(environment, _world(environment, database.owner_url))


def measure(environment: dict[str, str], pages: dict[str, tuple[str, str]]) -> list[Figure]:
    """``pages`` has the path of each, and the cookie that opens it."""
    hello = _measured(
        environment, ["gunicorn", "-w", "2", "-k", "gthread", "--threads", "8", "tests.benchmarks.hello:app"]
    )
    figures = []
    for name, (path, cookie) in pages.items():
        p50, p99 = _measured(environment, ["agency.commands", "serve"], path=path, cookie=cookie)
        figures += [
            Figure(f"B5 {name}, p50", p50, "ms", hello[0], 2.5, smaller_is_better=True),
            Figure(f"B5 {name}, p99", p99, "ms", 100.0, 1.0, smaller_is_better=True),
        ]
    return figures


def _world(environment: dict[str, str], owner_url: str) -> dict[str, tuple[str, str]]:
    """A customer among a thousand, with their share of the invoices; their page, and their clinic's."""
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        agency = tenants.agency()
        clinic = tenants.sub_account(agency)
        patient = invoices.customer(clinic)
        template = invoices.invoice(patient)
        client = portal.signed_in(app, portal.granted(patient), clinic)
        desk = staff.signed_in(app, staff.person(agency, at=clinic))
        pages = {
            "portal page": (f"/p/{portal.slug(clinic)}/{patient.public_id}/billing", _cookie(client)),
            "panel overview": (f"/s/{clinic.public_id}/billing/", _cookie(desk)),
        }
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        others = _others(owner, patient.id)
        spread = "(%(others)s::uuid[])[1 + n %% %(count)s]"
        values = {"id": "gen_random_uuid()", "number": "1 + n", "customer_id": spread}
        owner.execute("SET session_replication_role = replica")  # The copies refer to what the first refers to.
        _copy(owner, "invoices", template.id, values, others, INVOICES)
        values = dict.fromkeys(("id", "journal_id", "source_id"), "uuidv7()") | {"debit_account_id": spread}
        (transfer,) = owner.execute("SELECT id FROM transfers ORDER BY id DESC LIMIT 1").fetchone() or ()
        _copy(owner, "transfers", transfer, values, others, TRANSFERS)
        owner.execute("ANALYZE")
    return pages


def _copy(  # noqa: PLR0917  # What, of which row, with what else in it, and how often.
    owner: psycopg.Connection, table: str, template: object, values: dict[str, str], others: list[object], count: int
) -> None:
    """``count`` rows like the template, but for the columns with ``values``."""
    columns = [
        name
        for (name,) in owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            (table,),
        )
    ]
    listed = ", ".join(values.get(name, name) for name in columns)
    owner.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {listed} FROM {table}, generate_series(1, %(n)s) n"
        " WHERE id = %(template)s",
        {"others": others, "count": len(others), "n": count, "template": template},
    )


def _cookie(client: FlaskClient) -> str:
    found = client.get_cookie("cartera")
    if found is None:
        raise RuntimeError("nobody is signed in")
    return str(found.value)


def _others(owner: psycopg.Connection, patient: object) -> list[object]:
    """A thousand customers, whose payers stand for no more than their ids."""
    owner.execute(
        "CREATE TEMPORARY TABLE made AS SELECT gen_random_uuid() AS payer, n FROM generate_series(2, %s) n",
        (CUSTOMERS,),
    )
    owner.execute(
        "INSERT INTO payers SELECT (p).* FROM (SELECT jsonb_populate_record(NULL::payers, to_jsonb(payers) ||"
        " jsonb_build_object('id', made.payer)) AS p FROM payers, made WHERE payers.id ="
        " (SELECT payer_id FROM customers WHERE id = %s)) copied",
        (patient,),
    )
    owner.execute(
        "INSERT INTO customers SELECT (c).* FROM (SELECT jsonb_populate_record(NULL::customers, to_jsonb(customers) ||"
        " jsonb_build_object('id', gen_random_uuid(), 'payer_id', made.payer)) AS c FROM customers, made"
        " WHERE customers.id = %s) copied",
        (patient,),
    )
    return [found for (found,) in owner.execute("SELECT id FROM customers")]


def _measured(
    environment: dict[str, str], command: list[str], *, path: str = "/", cookie: str = ""
) -> tuple[float, float]:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _process(environment, *command, "--bind", f"127.0.0.1:{port}"):
        _await(port)
        _loaded(port, path, cookie, seconds=2)
        times = sorted(_loaded(port, path, cookie, seconds=SECONDS))
    cuts = quantiles(times, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def _loaded(port: int, path: str, cookie: str, *, seconds: float) -> list[float]:
    """How long each answer took, all connections together."""
    times: list[float] = []

    def ask() -> None:
        connection, end = HTTPConnection("127.0.0.1", port, timeout=30), monotonic() + seconds
        while (began := monotonic()) < end:
            connection.request("GET", path, headers={"Cookie": f"cartera={cookie}", "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}")
            times.append(monotonic() - began)

    threads = [Thread(target=ask) for _connection in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


@contextmanager
def _process(environment: dict[str, str], *command: str) -> Iterator[None]:
    started = subprocess.Popen([sys.executable, "-m", *command], env=environment)
    try:
        yield
    finally:
        started.terminate()
        started.wait(timeout=PATIENCE_SECONDS)


def _await(port: int) -> None:
    end = monotonic() + PATIENCE_SECONDS
    while monotonic() < end:
        try:
            HTTPConnection("127.0.0.1", port, timeout=2).connect()
        except OSError:
            sleep(0.1)
        else:
            return
    raise TimeoutError
