"""Usage is billed once"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION, SWEEPER

revision = "0943"
down_revision = "0942"


def upgrade() -> None:
    op.add_column("usage_totals", sa.Column("bill_id", sa.Uuid(), nullable=True))
    op.drop_index("ix_usage_totals_subscription", table_name="usage_totals")
    op.create_index(
        "ix_usage_totals_unbilled",
        "usage_totals",
        ["agency_id", "sub_account_id", "period_end"],
        postgresql_where=sa.text("bill_id IS NULL AND price_id IS NOT NULL"),
    )
    op.execute(f"GRANT UPDATE (bill_id) ON usage_totals TO {APPLICATION}")
    op.execute(f"GRANT SELECT (is_prepaid) ON usage_totals TO {SWEEPER}")
