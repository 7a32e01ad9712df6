"""Runs as the owner role, in one transaction, behind an advisory lock."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine, pool, text

import agency.models  # noqa: F401  # Every table known to the metadata.
from agency.foundation.database.base import Base
from agency.foundation.database.types import Micros, UtcTime, Word

MIGRATIONS_LOCK = 6_220_002
LOCK_TIMEOUT = "5s"  # Rather fail than queue every reader behind a waiting ALTER TABLE.


def in_plain_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """A migration must not change when a column type of ours does."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Micros):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(40)"
    return False


engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_type=True, render_item=in_plain_types
    )
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATIONS_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()
