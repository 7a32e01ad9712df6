"""What usage was charged and cost day by day, kept up as it is booked; what was booked before is summed up."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import AGENCY_ONLY, narrowed_by, wall

revision = "1100"
down_revision = "1080"
READ = ("usage_charges", "usage_costs", "sub_accounts")
CHARGED = """
INSERT INTO usage_days (agency_id, sub_account_id, starts_at, meter_id, currency, amount_micros, tax_micros)
SELECT c.agency_id, c.sub_account_id, date_trunc('day', c.booked_at, s.time_zone), c.meter_id, c.currency,
    sum(c.amount_micros), sum(c.tax_micros)
FROM usage_charges c JOIN sub_accounts s ON s.agency_id = c.agency_id AND s.id = c.sub_account_id
GROUP BY 1, 2, 3, 4, 5
"""
COST = """
INSERT INTO usage_cost_days (agency_id, sub_account_id, starts_at, meter_id, currency, cost_micros)
SELECT c.agency_id, c.sub_account_id, date_trunc('day', c.booked_at, s.time_zone), c.meter_id, c.currency,
    sum(c.cost_micros)
FROM usage_costs c JOIN sub_accounts s ON s.agency_id = c.agency_id AND s.id = c.sub_account_id
GROUP BY 1, 2, 3, 4, 5
"""
UNREAD = {
    "ix_usage_charges_sub_account": "usage_charges",
    "ix_usage_costs_sub_account": "usage_costs",
    "ix_usage_costs_total": "usage_costs",
}


def upgrade() -> None:
    _create("usage_days", "amount_micros", "tax_micros")
    _create("usage_cost_days", "cost_micros")
    for table in READ:  # The walls would hide every row from the owner too.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(CHARGED)
    op.execute(COST)
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    wall(
        "usage_days",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT, UPDATE (amount_micros, tax_micros)",
    )
    wall("usage_cost_days", narrowed=AGENCY_ONLY, rights="SELECT, INSERT, UPDATE (cost_micros)")
    for index, table in UNREAD.items():
        op.drop_index(index, table_name=table)


def _create(table: str, *figures: str) -> None:
    op.create_table(
        table,
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meter_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *(sa.Column(figure, sa.BigInteger(), nullable=False) for figure in figures),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f(f"fk_{table}_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            *("agency_id", "sub_account_id", "starts_at", "meter_id", "currency"), name=op.f(f"pk_{table}")
        ),
        postgresql_with={"fillfactor": "70"},
    )
