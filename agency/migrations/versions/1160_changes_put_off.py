"""A planned change is put off to where its paused subscription goes on."""

from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "1160"
down_revision = "1150"


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (at) ON subscription_changes TO {APPLICATION}")
