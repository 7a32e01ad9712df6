"""Autopay"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import narrowed_by, wall

revision = "0971"
down_revision = "0970"


def upgrade() -> None:
    op.create_table(
        "portal_autopays",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("consent_text", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("failed_days", sa.Integer(), nullable=False),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(40), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["agency_id", column],
                [f"{table}.agency_id", f"{table}.id"],
                name=op.f(f"fk_portal_autopays_agency_id_{column}"),
            )
            for column, table in (
                ("sub_account_id", "sub_accounts"),
                ("customer_id", "customers"),
                ("identity_id", "portal_identities"),
            )
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_portal_autopays")),
    )
    op.create_index(
        "uq_portal_autopays_on",
        "portal_autopays",
        ["agency_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_portal_autopays_look_at", "portal_autopays", ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL")
    )
    wall(
        "portal_autopays",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT, UPDATE",
        swept="agency_id, id, look_at",
    )
