"""B8: usage over HTTP and wallet debits, alone in the database and among 100 times as many agencies and wallets.

The other agencies are copies of the first, row by row, under ids of their own; then all of them send and spend.
"""

import json
import multiprocessing
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import md5
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from time import monotonic
from types import SimpleNamespace
from uuid import UUID

import psycopg

from agency.foundation import clock, ids
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.session import connect, session, transaction
from agency.foundation.embedded import postgresql, valkey
from agency.foundation.tenancy import scope
from tests.benchmarks import b1_usage, b3_wallet_debits
from tests.benchmarks.b1_usage import World
from tests.benchmarks.figures import Figure
from tests.factories import staff
from wallet.credits.operations.debits import debit
from wallet.ledger.chart import AccountKey, AccountKind

TIMES = 100
GROWTH_MAX = 1.3
EVENTS = 30_000
BATCH = 300  # Each agency sends once a round.
DEBIT_CLIENTS = 8
DEBIT_SECONDS = 3.0
ROUNDS = 2  # The better of them counts: the machine does other things as well.
# A key's digest holds its agency's id; what was sent and moved before is nobody's but the first agency's.
NOT_COPIED = frozenset({"api_keys", "alembic_version", "jobs", "transfers", "usage_batches", "usage_events"})
TABLES = """
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position),
    array_agg(c.data_type::text ORDER BY c.ordinal_position)
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
GROUP BY c.table_name HAVING bool_or(c.column_name = 'agency_id')
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with postgresql.start(folder / "postgresql") as database, valkey.start(folder / "valkey") as queue:
            url = database.url(APPLICATION, "benchmark-of-growth")
            schema.upgrade(database.owner_url, url)
            port = b1_usage.free_port()
            with b1_usage.process(b1_usage.environment(url, queue.url), "serve", "--bind", f"127.0.0.1:{port}"):
                return measure(b1_usage.open_world(url, port), url, database.owner_url)


def measure(world: World, url: str, owner_url: str) -> list[Figure]:
    b1_usage.await_it(lambda: b1_usage.answers(world))
    _best(lambda: _stored([world], "warm"))
    usage, debits = _best(lambda: _stored([world], "one")), _best(lambda: _debited([world], url))
    worlds = _grown(world, url, owner_url)
    many_usage, many_debits = _best(lambda: _stored(worlds, "many")), _best(lambda: _debited(worlds, url))
    return [
        Figure(
            "B8 usage, 100 times the agencies", usage / many_usage, "times", 1.0, GROWTH_MAX, smaller_is_better=True
        ),
        Figure(
            "B8 debits, 100 times the wallets", debits / many_debits, "times", 1.0, GROWTH_MAX, smaller_is_better=True
        ),
    ]


def _best(measured: Callable[[], float]) -> float:
    return max(measured() for _ in range(ROUNDS))


def _stored(worlds: list[World], name: str) -> float:
    """Events a second, taken in turn from every agency."""
    unique = f"{name}-{secrets.token_hex(4)}"
    requests = [
        (world.key, json.dumps({"events": world.events(f"{unique}-{number:06}", BATCH)}).encode())
        for number in range(EVENTS // BATCH)
        for world in [worlds[number % len(worlds)]]
    ]
    fork = multiprocessing.get_context("fork")
    with fork.Pool(b1_usage.SENDERS) as pool:
        began = monotonic()
        parts = [(worlds[0].port, requests[sender :: b1_usage.SENDERS]) for sender in range(b1_usage.SENDERS)]
        accepted = sum(pool.starmap(_post, parts))
        seconds = monotonic() - began
    assert accepted == EVENTS
    return EVENTS / seconds


def _post(port: int, requests: list[tuple[str, bytes]]) -> int:
    connection = HTTPConnection("127.0.0.1", port)
    accepted = 0
    for key, body in requests:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/usage/events", body, headers)
        accepted += connection.getresponse().read().count(b'"accepted"')
    connection.close()
    return accepted


def _debited(worlds: list[World], url: str) -> float:
    """Debits a second, each committed alone, of any wallet of any agency."""
    fork = multiprocessing.get_context("fork")
    with fork.Pool(DEBIT_CLIENTS) as pool:
        return sum(pool.starmap(_spend, [(worlds, url)] * DEBIT_CLIENTS, chunksize=1))


def _spend(worlds: list[World], url: str) -> float:
    engine, chance = connect(url, pool_size=1), Random(ids.new_id().int)  # noqa: S311  # Which is next needs no secrecy.
    count, began = 0, monotonic()
    while (passed := monotonic() - began) < DEBIT_SECONDS:
        world = chance.choice(worlds)
        with scope.of_agency(world.agency_id), transaction():
            debit([b3_wallet_debits.wish(chance.choice(world.sub_accounts))], now=clock.wall())
        session.remove()
        count += 1
    engine.dispose()
    return count / passed


def _grown(world: World, url: str, owner_url: str) -> list[World]:
    """The agency, and as many copies as make it so many times the tenants."""
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # The copies refer to each other as the first do.
        for table, columns, kinds in owner.execute(TABLES).fetchall():
            if table not in NOT_COPIED:
                owner.execute(_copy(table, columns, kinds), (world.agency_id,))
        _name_accounts(owner, world.agency_id)
        owner.execute("VACUUM ANALYZE")
    engine = connect(url)
    copies = [_copy_of(world, number) for number in range(1, TIMES)]
    session.remove()
    engine.dispose()
    return [world, *copies]


def _copy(table: str, columns: list[str], kinds: list[str]) -> str:
    """A statement for the first agency's id."""
    chosen = ", ".join(map(_copied, columns, kinds))
    copies = f"FROM {table} t, generate_series(1, {TIMES - 1}) AS copy (n) WHERE t.agency_id = %s"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} {copies}"


def _name_accounts(owner: psycopg.Connection, first: UUID) -> None:
    """An account's id is made from its name."""
    named = "SELECT id, kind, sub_account_id, currency, owner_type, owner_id FROM ledger_accounts WHERE agency_id <> %s"
    owner.execute("CREATE TEMP TABLE renamed (before uuid, after uuid)")
    accounts = owner.execute(named, (first,)).fetchall()
    with owner.cursor().copy("COPY renamed FROM STDIN") as copying:
        for account_id, kind, *rest in accounts:
            copying.write_row((account_id, AccountKey.named(AccountKind(kind), *rest).id))
    owner.execute("ANALYZE renamed")
    owner.execute("UPDATE ledger_accounts a SET id = after FROM renamed WHERE a.id = before")


def _copied(column: str, kind: str) -> str:
    if kind == "uuid":
        return f"md5({column}::text || n)::uuid"
    return f"{column} || n" if column == "slug" else column


def _copy_of(world: World, number: int) -> World:
    def copied(of: UUID) -> UUID:
        return UUID(md5(f"{of}{number}".encode(), usedforsecurity=False).hexdigest())

    agency_id = copied(world.agency_id)
    return replace(
        world,
        agency_id=agency_id,
        sub_accounts=[copied(each) for each in world.sub_accounts],
        meter_id=copied(world.meter_id),
        key=staff.api_key(SimpleNamespace(id=agency_id)),
    )
