"""Every table is of one tenant, in its key, its foreign keys and its policies; or stands here with its reason."""

import pytest
from sqlalchemy import ForeignKeyConstraint

import agency.models  # noqa: F401  # Fills the metadata.
from agency.foundation.database.base import Base

GLOBAL_TABLES = {
    "publishers": "who makes apps; every agency reads them, the publisher's own scope alone writes",
    "apps": "one app is sold by many agencies; drafts are seen by their publisher alone, who alone writes",
    "app_prices": "a publisher's price list, seen and written as its app",
    "app_pictures": "pictures of an app, seen and written as their app",
    "schedule_ticks": "when the platform's own schedule runs next: names and times, nobody's data",
}
TABLES = [table for name, table in sorted(Base.metadata.tables.items()) if name not in GLOBAL_TABLES]

tenant_tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@tenant_tables
def test_a_table_has_the_agency_first_in_its_key(table):
    assert next(iter(table.primary_key.columns)).name == "agency_id"


@tenant_tables
def test_a_foreign_key_carries_the_agency(table):
    keys = [key for key in table.constraints if isinstance(key, ForeignKeyConstraint)]

    assert all(key.referred_table.name in GLOBAL_TABLES or key.column_keys[0] == "agency_id" for key in keys)


@tenant_tables
def test_a_unique_index_carries_the_agency(table):
    unique = [index for index in table.indexes if index.unique]

    assert all("agency_id" in index.columns for index in unique) or table.name == "tenant_roots"


@tenant_tables
def test_the_database_forces_the_walls(table, owner):
    row = owner.execute(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table.name,)
    ).fetchone()

    assert row == (True, True)


@tenant_tables
def test_every_policy_asks_for_the_agency_but_the_sweepers(table, owner):
    policies = owner.execute(
        "SELECT policyname, roles, coalesce(qual, with_check) FROM pg_policies WHERE tablename = %s", (table.name,)
    ).fetchall()

    assert policies
    for name, roles, condition in policies:
        assert (name == "sweep" and roles == ["cartera_sweeper"]) or "app.agency_id" in condition


def test_a_global_table_holds_no_tenant():
    assert all("agency_id" not in Base.metadata.tables[name].columns for name in GLOBAL_TABLES)
