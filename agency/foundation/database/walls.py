"""Row-level security and rights of one table, said in one call by the migration that makes it."""

from alembic import op

from agency.foundation.database.roles import APPLICATION, PORTAL, SWEEPER

AGENCY = "agency_id = nullif(current_setting('app.agency_id', true), '')::uuid"
SUB_ACCOUNT_SETTING = "nullif(current_setting('app.sub_account_id', true), '')::uuid"
CUSTOMERS = "ANY (string_to_array(nullif(current_setting('app.customer_ids', true), ''), ',')::uuid[])"


def narrowed_by(column: str) -> str:
    """True for every row of the agency, and once the scope is narrowed for that sub-account's alone."""
    return f"({SUB_ACCOUNT_SETTING} IS NULL OR {column} = {SUB_ACCOUNT_SETTING})"


def narrowed_through(condition: str) -> str:
    """The same for a table without the column: the condition holds in a narrowed scope."""
    return f"({SUB_ACCOUNT_SETTING} IS NULL OR {condition})"


AGENCY_ONLY = f"{SUB_ACCOUNT_SETTING} IS NULL"


def wall(
    table: str,
    *,
    narrowed: str | None,
    rights: str = "SELECT, INSERT, UPDATE, DELETE",
    swept: str | None = None,
    portal: str | None = None,
) -> None:
    """Keep tenants apart in the database itself.

    Args:
        table: its name.
        narrowed: the condition within a sub-account's scope (``narrowed_by``, ``narrowed_through``,
            ``AGENCY_ONLY``), or None where every sub-account may see the agency's rows.
        rights: of the application; ``"SELECT, INSERT"`` for a table that only grows, or with columns
            as in ``"SELECT, INSERT, UPDATE (status)"``.
        swept: the columns that look-ups before a tenant is known may read.
        portal: the condition under which an end customer sees a row; None: never.
    """
    condition = f"{AGENCY} AND {narrowed}" if narrowed else AGENCY
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} TO {APPLICATION} USING ({condition}) WITH CHECK ({condition})")
    op.execute(f"GRANT {rights} ON {table} TO {APPLICATION}")
    if swept:
        op.execute(f"CREATE POLICY sweep ON {table} FOR SELECT TO {SWEEPER} USING (true)")
        op.execute(f"GRANT SELECT ({swept}) ON {table} TO {SWEEPER}")
    if portal:
        condition = f"{AGENCY} AND {portal}"
        op.execute(f"CREATE POLICY portal ON {table} FOR SELECT TO {PORTAL} USING ({condition})")
        op.execute(f"GRANT SELECT ON {table} TO {PORTAL}")
