"""What a subscription is worth"""

import sqlalchemy as sa
from alembic import op

revision = "0781"
down_revision = "0780"


def upgrade() -> None:
    op.add_column("subscription_history", sa.Column("recurring_micros", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_subscription_history_recurring",
        "subscription_history",
        ["agency_id", "subscription_id", "at"],
        postgresql_where=sa.text("recurring_micros IS NOT NULL"),
    )
