"""Whether a job of a kind waits is asked after every batch of usage."""

import sqlalchemy as sa
from alembic import op

revision = "0980"
down_revision = "0978"


def upgrade() -> None:
    op.create_index("ix_jobs_waiting", "jobs", ["agency_id", "name"], postgresql_where=sa.text("state = 'waiting'"))
