"""Steps of a test clock"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import AGENCY_ONLY, wall

revision = "0740"
down_revision = "0720"


def upgrade() -> None:
    op.create_table(
        "clock_steps",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_clock_steps_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_clock_steps")),
    )
    wall("clock_steps", narrowed=AGENCY_ONLY, rights="SELECT, INSERT")
