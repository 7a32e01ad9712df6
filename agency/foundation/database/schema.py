"""Bring the schema to the newest migration, and tell whether it equals the models."""

from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from agency.foundation.database.addresses import for_driver
from agency.foundation.database.base import Base
from agency.foundation.database.roles import APPLICATION, ensure_roles

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migrations(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = owner_url
    return config


def upgrade(owner_url: str, application_url: str) -> None:
    """Make the roles, then run every migration that has not run; safe to run twice and at once."""
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        ensure_roles(owner, application_url)
    command.upgrade(migrations(owner_url), "head")
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        # So that the application can tell whether it runs on the schema it was written for.
        owner.execute(f"GRANT SELECT ON alembic_version TO {APPLICATION}")


@cache
def head() -> str:
    """The newest migration that this code brings."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def differences(owner_url: str) -> list[Any]:
    """What an upgrade or a new migration would have to change: empty when the schema equals the models."""
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        head = ScriptDirectory.from_config(migrations(owner_url)).get_current_head()
        behind = [] if context.get_current_revision() == head else [("behind", context.get_current_revision())]
        found = [*behind, *compare_metadata(context, Base.metadata)]
    engine.dispose()
    return found
