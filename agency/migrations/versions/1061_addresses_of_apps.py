"""An address may hear of one app alone."""

import sqlalchemy as sa
from alembic import op

revision = "1061"
down_revision = "1060"


def upgrade() -> None:
    op.add_column("webhook_endpoints", sa.Column("app_id", sa.Uuid(), nullable=True))
