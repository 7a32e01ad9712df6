"""Bulk changes of markups"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import AGENCY_ONLY, wall

revision = "0970"
down_revision = "0961"


def upgrade() -> None:
    op.create_table(
        "markup_changes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("markup", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("percent", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.CheckConstraint("(markup IS NULL) <> (percent IS NULL)", name=op.f("ck_markup_changes_to_or_by")),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_markup_changes_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_markup_changes")),
    )
    op.create_table(
        "markup_change_lines",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("former_price_id", sa.Uuid(), nullable=False),
        sa.Column("new_price_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "change_id"],
            ["markup_changes.agency_id", "markup_changes.id"],
            name=op.f("fk_markup_change_lines_agency_id_change_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "former_price_id"],
            ["prices.agency_id", "prices.id"],
            name=op.f("fk_markup_change_lines_agency_id_former_price_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "new_price_id"],
            ["prices.agency_id", "prices.id"],
            name=op.f("fk_markup_change_lines_agency_id_new_price_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "change_id", "former_price_id", name=op.f("pk_markup_change_lines")),
    )
    wall("markup_changes", narrowed=AGENCY_ONLY)
    wall("markup_change_lines", narrowed=AGENCY_ONLY, rights="SELECT, INSERT")
