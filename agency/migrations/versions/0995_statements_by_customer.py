"""Statements by customer"""

from alembic import op

revision = "0995"
down_revision = "0990"


def upgrade() -> None:
    op.create_index("ix_statements_customer", "statements", ["agency_id", "customer_id", "id"], unique=False)
