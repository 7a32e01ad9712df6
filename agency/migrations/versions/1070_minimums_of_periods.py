"""A price's minimum is asked of every period in which it is held, whether anything is used or not."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION, SWEEPER

revision = "1070"
down_revision = "1062"
# What is held today owes the minimum of the period that runs now, and none of those that are over.
FROM_NOW = """
UPDATE subscription_items i SET minimum_from = now()
FROM prices p
WHERE p.agency_id = i.agency_id AND p.id = i.price_id AND p.component = 'usage' AND p.terms ->> 'minimum' IS NOT NULL
    AND (i.until_at IS NULL OR i.until_at > now())
"""


def upgrade() -> None:
    op.add_column("subscription_items", sa.Column("minimum_from", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_subscription_items_minimum",
        "subscription_items",
        ["minimum_from"],
        postgresql_where=sa.text("minimum_from IS NOT NULL"),
    )
    op.execute(FROM_NOW)
    op.execute(f"GRANT UPDATE (minimum_from) ON subscription_items TO {APPLICATION}")
    op.execute(f"CREATE POLICY sweep ON subscription_items FOR SELECT TO {SWEEPER} USING (true)")
    op.execute(f"GRANT SELECT (agency_id, minimum_from) ON subscription_items TO {SWEEPER}")
