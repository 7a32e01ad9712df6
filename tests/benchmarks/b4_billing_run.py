"""B4: subscriptions billed per second, from the claim to the opened invoice with its transfers, 1,000 and 10,000.

Each has a plan and two further lines, with tax. The limit is one ``INSERT ... SELECT`` a table of the very rows that
the run leaves, into tables of the same shape with the same indexes, in the same database.
"""

import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet
from psycopg import sql
from sqlalchemy import select

from agency.app import create_app
from agency.foundation import ids, memory
from agency.foundation.actor import OPERATOR
from agency.foundation.config import Settings
from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.session import session, transaction
from agency.foundation.embedded import postgresql
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from agency.plans.operations.plans import ContentsWish, add_plan
from agency.plans.operations.prices import PriceWish
from agency.plans.operations.products import ProductWish
from agency.plans.operations.taxes import TaxWish, add_tax
from agency.plans.rules.components import Component, Interval, ProductKind
from agency.plans.rules.terms import Model, PriceTerms
from agency.tenants.operations.agencies import AgencyWish, open_agency
from agency.tenants.operations.sub_accounts import SubAccountWish, open_sub_account
from subaccounts.billing_run.operations.running import run as bill
from subaccounts.subscriptions.models.subscriptions import Collection
from subaccounts.subscriptions.operations.offers import OfferWish
from subaccounts.subscriptions.operations.subscribing import SubscriptionWish, subscribe
from tests.benchmarks.figures import Figure

CLIENTS = 200
FEW, MANY = 1_000, 10_000
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
# The first renewal opens the clients' accounts in the ledger; the second is measured.
RENEWALS = BEGAN + timedelta(days=31), BEGAN + timedelta(days=61)
PLACE = {"country": "US", "currency": "USD", "time_zone": "UTC", "locale": "en"}
TABLES = (
    "billed_lines",
    "subscription_history",
    "invoices",
    "invoice_lines",
    "amounts_due",
    "transfers",
    "audit_entries",
    "event_log",
)
# Each client with its subscription several times over, so that every document is one client's.
MULTIPLY = """
INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_strip_nulls(jsonb_build_object(
    'id', md5(t.id::text || n)::uuid, 'slug', to_jsonb(t)->>'slug' || n,
    'sub_account_id', md5((to_jsonb(t)->>'sub_account_id') || n), 'payer_id', md5((to_jsonb(t)->>'payer_id') || n),
    'subscription_id', md5((to_jsonb(t)->>'subscription_id') || n))))).*
FROM {table} t, generate_series(1, %(more)s) n WHERE t.agency_id = %(agency)s
"""
CLIENTS_TABLES = ("sub_accounts", "payers", "billing_accounts", "subscriptions", "subscription_items")
REACH = 0.5
FLAT = 1.5


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, postgresql.start(Path(folder) / "postgresql") as server:
        application_url = server.url(APPLICATION, "benchmark-of-billing")
        schema.upgrade(server.owner_url, application_url)
        app = create_app(_settings(application_url))
        memory.settle()
        with app.app_context():
            few, _limit = _billed(server.owner_url, FEW)
            many, limit = _billed(server.owner_url, MANY)
    growth = few / many
    return [
        Figure("B4", many, "subscriptions/s", limit, REACH),
        Figure("B4 growth of cost from 1,000 to 10,000", growth, "times", 1.0, FLAT, smaller_is_better=True),
    ]


def _settings(application_url: str) -> Settings:
    return Settings.from_environment(
        {
            "CARTERA_MODE": "test",
            "BASE_URL": "http://localhost",
            "DATABASE_URL": application_url,
            "REDIS_URL": "redis://127.0.0.1:1",
            "SECRET_KEY": "only-for-benchmarks-" * 2,
            "ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "SMTP_URL": "smtp://127.0.0.1:1",
        }
    )


def _billed(owner_url: str, count: int) -> tuple[float, float]:
    """Subscriptions a second, and how many a second the plain copy of what they left takes."""
    agency_id = ids.new_id()
    _subscribe(agency_id, count)
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        for table in CLIENTS_TABLES:
            multiply = sql.SQL(MULTIPLY).format(table=sql.Identifier(table))
            psycopg.ClientCursor(owner).execute(multiply, {"agency": agency_id, "more": count // CLIENTS - 1})
        owner.execute("ANALYZE")  # As the database does by itself within a minute.
        with scope.of_agency(agency_id):
            bill(RENEWALS[0])
            owner.execute("VACUUM ANALYZE")
            before = ids.new_id()
            began = monotonic()
            report = bill(RENEWALS[1])
            seconds = monotonic() - began
        assert report.bills == count
        copied = _copy(owner, agency_id, before)
    session.remove()
    return count / seconds, count / copied


def _subscribe(agency_id: UUID, count: int) -> None:
    with scope.of_agency(agency_id):
        with transaction():
            open_agency(AgencyWish(name=f"Benchmark {count}", **PLACE), by=OPERATOR, now=BEGAN)
            wishes = [SubAccountWish(name=f"Client {number}", **PLACE) for number in range(CLIENTS)]
            clients = [open_sub_account(wish, by=OPERATOR, now=BEGAN) for wish in wishes]
            monthly = PriceTerms(model=Model.FLAT, currency="USD", unit_price=Decimal("97.00"))
            lines = [PriceWish(component=Component.BASE, interval=Interval.MONTH, terms=monthly)] + [
                PriceWish(component=Component.ADD_ON, name=name, interval=Interval.MONTH, terms=monthly)
                for name in ("Calls", "E-mails")
            ]
            product = ProductWish(kind=ProductKind.SAAS_PLAN, name="Growth")
            plan = add_plan(product, ContentsWish(), lines, by=OPERATOR, now=BEGAN)
            add_tax(TaxWish(name="Sales tax", percent=Decimal("8.25"), effective_from=BEGAN), by=OPERATOR, now=BEGAN)
            prices = session.scalars(select(Price.id).where(Price.component == Component.ADD_ON)).all()
            offer = OfferWish(product_id=plan.id, add_ons=dict.fromkeys(prices, 1))
            for client in clients:
                wish = SubscriptionWish(sub_account=client, offer=offer, collection=Collection.INVOICE)
                subscribe(wish, by=OPERATOR, now=BEGAN)
        session.remove()


def _copy(owner: psycopg.Connection, agency_id: UUID, before: UUID) -> float:
    """Seconds to insert the rows that the run left once more, each table by one statement."""
    seconds = 0.0
    for table in TABLES:
        owner.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
        began = monotonic()
        owner.execute(
            f"INSERT INTO copy_of_{table} SELECT * FROM {table} WHERE agency_id = %s AND id > %s", (agency_id, before)
        )
        seconds += monotonic() - began
        owner.execute(f"DROP TABLE copy_of_{table}")
    return seconds
