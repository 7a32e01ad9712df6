"""Usage of an ended subscription is invoiced by itself; its period ends with the subscription."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION, SWEEPER

revision = "1080"
down_revision = "1070"


def upgrade() -> None:
    op.create_index(
        "ix_usage_totals_postpaid",
        "usage_totals",
        ["agency_id", "subscription_id"],
        postgresql_where=sa.text("bill_id IS NULL AND price_id IS NOT NULL AND NOT is_prepaid"),
    )
    op.execute(f"GRANT UPDATE (period_end) ON usage_totals TO {APPLICATION}")
    op.execute(f"GRANT SELECT (subscription_id, price_id, bill_id, period_start) ON usage_totals TO {SWEEPER}")
    op.execute(f"GRANT SELECT (ended_at) ON subscriptions TO {SWEEPER}")
