"""Each agency says for how many days after it occurred usage is taken."""

import sqlalchemy as sa
from alembic import op

revision = "1062"
down_revision = "1061"


def upgrade() -> None:
    op.add_column("agencies", sa.Column("usage_days_back", sa.Integer(), nullable=False, server_default="35"))
    op.alter_column("agencies", "usage_days_back", server_default=None)
