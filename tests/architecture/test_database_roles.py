"""Every table x every database role.

Another agency's scope shows and takes nothing; the portal and the sweeper see what was listed for them alone.
"""

import psycopg
import pytest
from psycopg import sql

from agency.foundation import ids
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import APPLICATION, PORTAL, SWEEPER
from tests.architecture.test_tables import GLOBAL_TABLES, TABLES

# What the portal's role may be told at all; rows are narrowed to the customers it was granted.
PORTAL_TABLES = {
    "customers",
    "invoices",
    "invoice_lines",
    "credit_notes",
    "credit_note_lines",
    "payments",
    "allocations",
    "payment_refunds",
    "payment_receipts",
    "statements",
}
SWEPT = {
    "tenant_roots": {"agency_id", "is_sandbox"},
    "people": {"agency_id", "id", "email"},
    "merchant_accounts": {"agency_id", "id"},
    "payment_methods": {"agency_id", "exp_year", "exp_month", "detached_at", "expiry_told_at"},
    "charge_attempts": {"agency_id", "id", "state", "look_at"},
    "card_refunds": {"agency_id", "id", "state", "look_at"},
    "credit_lots": {"agency_id", "id", "due_at"},
    "holds": {"agency_id", "id", "due_at"},
    "monthly_grants": {"agency_id", "id", "due_at"},
    "top_ups": {"agency_id", "id", "due_at"},
    "recharge_rules": {"agency_id", "id", "look_at"},
    "recharges": {"agency_id", "id", "due_at"},
    "payments": {"agency_id", "id", "due_at"},
    "reminder_courses": {"agency_id", "invoice_id", "next_at"},
    "late_fee_rules": {"agency_id", "id", "is_on", "next_at"},
    "invoice_drafts": {"agency_id", "id", "open_at"},
    "amounts_due": {"agency_id", "id", "retry_at"},
    "subscriptions": {"agency_id", "id", "next_billing_at", "parked_at", "parked_until", "ended_at"},
    "subscription_items": {"agency_id", "minimum_from"},
    "renewal_notices": {"agency_id", "subscription_id", "looked_until"},
    "usage_batches": {"agency_id", "received_at", "rating_id"},
    "usage_totals": {
        *("agency_id", "subscription_id", "price_id", "bill_id"),
        *("period_start", "period_end", "closed_at", "is_prepaid"),
    },
    "installs": {"agency_id", "id", "notice_at"},
    "portal_autopays": {"agency_id", "id", "look_at"},
    "portals": {"agency_id", "sub_account_id", "slug"},
    "jobs": {"agency_id", "id", "queue", "name", "state", "not_before", "lease_until", "attempts"},
}
tenant_tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@pytest.fixture(scope="session")
def application(settings):
    with psycopg.connect(for_driver(settings.database_url)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def as_role(application):
    """A transaction in a scope and role, rolled back afterwards."""

    def begin(role: str | None, agency_id: object = "") -> psycopg.Connection:
        application.rollback()
        application.execute(sql.SQL("SET LOCAL app.agency_id = {}").format(sql.Literal(str(agency_id))))
        if role:
            application.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        return application

    yield begin
    application.rollback()


def columns_readable(owner, role: str, table: str) -> set[str]:
    rows = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND has_column_privilege(%s, attrelid, attnum, 'SELECT')",
        (table, role),
    ).fetchall()
    return {name for (name,) in rows}


@tenant_tables
class TestATable:
    def test_shows_nothing_without_a_scope(self, table, as_role):
        with as_role(None).cursor() as cursor:
            assert cursor.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (0,)

    def test_refuses_a_row_of_another_agency(self, table, as_role):
        connection = as_role(None, ids.new_id())

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"INSERT INTO {table.name} (agency_id) VALUES (%s)", (ids.new_id(),))

    def test_is_closed_to_the_portal_unless_listed(self, table, owner):
        assert bool(columns_readable(owner, PORTAL, table.name)) == (table.name in PORTAL_TABLES)

    def test_shows_the_sweeper_its_columns_alone(self, table, owner):
        assert columns_readable(owner, SWEEPER, table.name) == SWEPT.get(table.name, set())

    @pytest.mark.parametrize("role", [PORTAL, SWEEPER])
    def test_is_written_by_the_application_alone(self, table, owner, role):
        rights = owner.execute(
            "SELECT has_table_privilege(%s, %s, 'INSERT, UPDATE, DELETE, TRUNCATE')", (role, table.name)
        ).fetchone()

        assert rights == (False,)

    def test_is_never_emptied_by_the_application(self, table, owner):
        rights = owner.execute(
            "SELECT has_table_privilege(%s, %s, 'TRUNCATE, TRIGGER')", (APPLICATION, table.name)
        ).fetchone()

        assert rights == (False,)


@pytest.mark.parametrize("role", [APPLICATION, PORTAL, SWEEPER])
def test_no_role_goes_round_the_walls(owner, role):
    row = owner.execute(
        "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()

    assert row == (False, False, False, False)


@pytest.mark.parametrize("name", sorted(GLOBAL_TABLES))
def test_a_global_table_is_closed_to_the_portal(owner, name):
    assert not columns_readable(owner, PORTAL, name)
