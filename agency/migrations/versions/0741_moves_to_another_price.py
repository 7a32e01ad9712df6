"""Moves to another price"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import AGENCY_ONLY, wall

revision = "0741"
down_revision = "0740"


def upgrade() -> None:
    op.create_table(
        "price_moves",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("takes_effect", sa.String(40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "line_id"], ["prices.agency_id", "prices.id"], name=op.f("fk_price_moves_agency_id_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "price_id"], ["prices.agency_id", "prices.id"], name=op.f("fk_price_moves_agency_id_price_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_price_moves")),
    )
    op.create_index("ix_price_moves_line", "price_moves", ["agency_id", "line_id", "id"], unique=False)
    op.create_table(
        "moved_subscriptions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("before_micros", sa.BigInteger(), nullable=True),
        sa.Column("after_micros", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "change_id"],
            ["subscription_changes.agency_id", "subscription_changes.id"],
            name=op.f("fk_moved_subscriptions_agency_id_change_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "move_id"],
            ["price_moves.agency_id", "price_moves.id"],
            name=op.f("fk_moved_subscriptions_agency_id_move_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_moved_subscriptions_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_moved_subscriptions_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "move_id", "subscription_id", name=op.f("pk_moved_subscriptions")),
    )
    wall("price_moves", narrowed=AGENCY_ONLY, rights="SELECT, INSERT, UPDATE")
    wall("moved_subscriptions", narrowed=AGENCY_ONLY, rights="SELECT, INSERT, UPDATE")
