"""The database roles, made idempotently: owner (migrations), application, portal, sweeper."""

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

APPLICATION = "cartera_application"
PORTAL = "cartera_portal"
SWEEPER = "cartera_sweeper"
ROLES_LOCK = 6_220_001  # An advisory lock of ours: roles are of the whole cluster, databases are many.


class WrongLogin(Exception):
    """DATABASE_URL must log in as the application role, or the walls would not hold."""


def ensure_roles(owner: psycopg.Connection[tuple[object, ...]], application_url: str) -> None:
    """Create what is missing and give the application the password that its URL carries.

    Raises:
        WrongLogin: the URL names another login.
    """
    parts = urlsplit(application_url)
    if parts.username != APPLICATION:
        raise WrongLogin(f"DATABASE_URL must log in as {APPLICATION}, not {parts.username}")
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", (ROLES_LOCK,))
        for role in (APPLICATION, PORTAL, SWEEPER):
            if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                owner.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(role)))
        owner.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(APPLICATION), sql.Literal(unquote(parts.password or ""))
            )
        )
        for role in (PORTAL, SWEEPER):
            owner.execute(
                sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
                    sql.Identifier(role), sql.Identifier(APPLICATION)
                )
            )


def ensure_inspector(owner: psycopg.Connection[tuple[object, ...]], name: str, password: str) -> None:
    """A read-only login that sees every tenant: for the demo's checks, never made in production."""
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", (ROLES_LOCK,))
        role = sql.Identifier(name)
        if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
            owner.execute(sql.SQL("CREATE ROLE {}").format(role))
        owner.execute(sql.SQL("ALTER ROLE {} LOGIN BYPASSRLS PASSWORD {}").format(role, sql.Literal(password)))
        owner.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(role))
