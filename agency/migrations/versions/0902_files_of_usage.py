"""Files of usage"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import narrowed_by, wall

revision = "0902"
down_revision = "0900"


def upgrade() -> None:
    op.create_table(
        "usage_uploads",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("lines_read", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_usage_uploads_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_usage_uploads_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_usage_uploads")),
    )
    op.drop_index(op.f("ix_usage_charges_sub_account"), table_name="usage_charges")
    op.create_index(
        "ix_usage_charges_sub_account", "usage_charges", ["agency_id", "sub_account_id", "booked_at"], unique=False
    )
    wall(
        "usage_uploads",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT,"
        " UPDATE (content, lines_read, accepted, duplicates, conflicts, rejected, faults, finished_at)",
    )
