"""The real services of a test run: one PostgreSQL and one Valkey, a database and a Redis number per worker."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION
from agency.foundation.embedded import postgresql, valkey

TEMPLATE = "cartera_template"
APPLICATION_PASSWORD = "application-of-the-tests"
# Tests that prove durability start their own server; these only need speed.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


@dataclass(frozen=True)
class Addresses:
    owner: str
    application: str
    redis: str

    def of_database(self, name: str) -> tuple[str, str]:
        """Owner's and application's URL of another database of the same server."""
        return tuple(f"{url.rpartition('/')[0]}/{name}" for url in (self.owner, self.application))


class Servers:
    """Started once by the process that collects, told to its workers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cartera-tests-"))
        self.postgresql = postgresql.start(self.folder / "postgresql", SETTINGS)
        self.valkey = valkey.start(self.folder / "valkey")
        self.addresses = Addresses(
            owner=self.postgresql.owner_url,
            application=self.postgresql.url(APPLICATION, APPLICATION_PASSWORD),
            redis=self.valkey.url,
        )
        create_database(self.addresses, TEMPLATE)
        schema.upgrade(*self.addresses.of_database(TEMPLATE))

    def stop(self) -> None:
        self.valkey.stop()
        self.postgresql.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def create_database(addresses: Addresses, name: str, *, template: str = "template1") -> None:
    with psycopg.connect(for_driver(addresses.owner), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
