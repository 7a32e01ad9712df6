"""Typed cards"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import narrowed_by, wall

revision = "0960"
down_revision = "0950"


def upgrade() -> None:
    op.create_table(
        "portal_typed_cards",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("setup_id", sa.Uuid(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "customer_id"],
            ["customers.agency_id", "customers.id"],
            name=op.f("fk_portal_typed_cards_agency_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "setup_id"],
            ["card_setups.agency_id", "card_setups.id"],
            name=op.f("fk_portal_typed_cards_agency_id_setup_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_portal_typed_cards_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_portal_typed_cards")),
        sa.UniqueConstraint("agency_id", "setup_id", name=op.f("uq_portal_typed_cards_agency_id_setup_id")),
    )
    wall("portal_typed_cards", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT, UPDATE")
