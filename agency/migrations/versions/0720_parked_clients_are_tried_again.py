"""Parked clients are tried again"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import SWEEPER

revision = "0720"
down_revision = "0600"

DUE = "next_billing_at IS NOT NULL AND parked_at IS NULL"


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscriptions", sa.Column("times_parked", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("subscriptions", "times_parked", server_default=None)
    op.execute("UPDATE subscriptions SET parked_until = parked_at, times_parked = 1 WHERE parked_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_subscriptions_parked_until_a_moment"),
        "subscriptions",
        "(parked_at IS NULL) = (parked_until IS NULL)",
    )
    op.drop_index("ix_subscriptions_due", table_name="subscriptions")
    op.create_index(
        "ix_subscriptions_due",
        "subscriptions",
        ["agency_id", "next_billing_at", "id"],
        unique=False,
        postgresql_where=sa.text(DUE),
    )
    op.create_index(
        "ix_subscriptions_parked",
        "subscriptions",
        ["agency_id", "parked_until"],
        unique=False,
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )
    op.execute(f"GRANT SELECT (parked_until) ON subscriptions TO {SWEEPER}")
