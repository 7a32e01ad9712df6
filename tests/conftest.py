"""Real parts for every test: a migrated database per worker, emptied after each test that asked for it."""

import shutil
import socket
from contextlib import contextmanager
from contextvars import Context
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright
from sqlalchemy import event

from agency.app import create_app
from agency.foundation import clock
from agency.foundation.config import Settings
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.session import connect, session
from agency.foundation.tenancy import scope
from tests.servers import TEMPLATE, Addresses, Servers, create_database
from tests.stripe_control import StripeControl
from wallet.stripe_gateway.client import connections
from wallet.stripe_gateway.local import launch

servers_key = pytest.StashKey[Servers]()
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SERVERS = {"addresses", "running"}
KEPT_TABLES = {"alembic_version"}


class Browser(FlaskClient):
    """Each request starts from nothing, as behind a server: not from the test's own ``g``, scope and rows."""

    def open(self, *args, **kwargs):
        session.remove()
        return Context().run(super().open, *args, **kwargs)


def pytest_configure(config):
    unserved = config.option.collectonly or "not served" in config.option.markexpr
    if not hasattr(config, "workerinput") and not unserved:
        config.stash[servers_key] = Servers()


def pytest_collection_modifyitems(items):
    """What needs a server is told by its fixtures, so that no test has to say it."""
    for item in items:
        if SERVERS.intersection(item.fixturenames):
            item.add_marker(pytest.mark.served)


def pytest_configure_node(node):
    if servers_key in node.config.stash:
        node.workerinput["servers"] = asdict(node.config.stash[servers_key].addresses)


def pytest_unconfigure(config):
    if servers_key in config.stash:
        config.stash[servers_key].stop()


@pytest.fixture(scope="session")
def addresses(request) -> Addresses:
    config = request.config
    if hasattr(config, "workerinput"):
        return Addresses(**config.workerinput["servers"])
    return config.stash[servers_key].addresses


@pytest.fixture(scope="session")
def worker_number(worker_id) -> int:
    return 0 if worker_id == "master" else int(worker_id.removeprefix("gw"))


@pytest.fixture(scope="session")
def stripe_port() -> int:
    """Where the local Stripe will listen; the first test that needs it starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def settings(addresses, worker_number, tmp_path_factory, stripe_port) -> Settings:
    name = f"cartera_{worker_number}"
    create_database(addresses, name, template=TEMPLATE)
    owner_url, application_url = addresses.of_database(name)
    return Settings.from_environment(
        {
            "CARTERA_MODE": "test",
            "BASE_URL": "http://localhost",
            "DATABASE_URL": application_url,
            "DATABASE_OWNER_URL": owner_url,
            "REDIS_URL": f"{addresses.redis.rpartition('/')[0]}/{worker_number}",
            "SECRET_KEY": "only-for-tests-" * 3,
            "ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "SMTP_URL": "smtp://127.0.0.1:1",
            "MAILBOX_FOLDER": str(tmp_path_factory.mktemp("mailbox")),
            "STRIPE_SECRET_KEY": "sk_test_cartera",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_cartera",
            "STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}",
            "STRIPE_JS_URL": f"http://127.0.0.1:{stripe_port}/v3/",
        }
    )


@pytest.fixture(scope="session")
def built_app(settings):
    app = create_app(settings)
    app.test_client_class = Browser
    return app


@pytest.fixture(scope="session")
def owner(settings):
    """The owner's connection: sees and empties everything."""
    url = for_driver(settings.database_owner_url)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def all_tables(owner) -> list[str]:
    rows = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition"
    ).fetchall()
    return sorted({name for (name,) in rows} - KEPT_TABLES)


def empty(owner, tables):
    """Deletes without looking at foreign keys; a TRUNCATE makes each table's files anew, which takes far longer."""
    deletes = ";".join(f"DELETE FROM {table}" for table in tables)
    with owner.transaction():
        owner.execute(f"SET LOCAL session_replication_role = replica; {deletes}")


@pytest.fixture
def app(built_app, owner, all_tables):
    """The application on committed data; every table is emptied afterwards."""
    with built_app.app_context():
        yield built_app
        session.remove()
    scope.leave()
    clock.set_sandbox_time(None)
    empty(owner, all_tables)
    built_app.extensions["redis"].flushdb()


@pytest.fixture(scope="session")
def chromium():
    """The one browser of this process: playwright refuses a second beside it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(__file__).parent / "data"


@pytest.fixture
def reconnect(settings):
    """For tests that fork or kill: give the process a pool of its own again."""
    yield lambda: connect(settings.database_url)
    connect(settings.database_url)


@pytest.fixture(scope="session")
def stripe_server(stripe_port, tmp_path_factory):
    running = launch.start(tmp_path_factory.mktemp("stripe"), stripe_port)
    control = StripeControl(running.url)
    yield control
    control.client.close()
    connections.close()
    running.process.stop()


@pytest.fixture
def stripe(stripe_server):
    yield stripe_server
    stripe_server.post("/reset")


@pytest.fixture
def statements():
    """Enters a block and keeps the statements that ask the database for rows."""

    @contextmanager
    def listen():
        asked = []

        def keep(_connection, _cursor, statement, *_rest):
            if statement.lstrip().upper().startswith("SELECT"):
                asked.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", keep)
        yield asked
        event.remove(engine, "before_cursor_execute", keep)

    return listen
