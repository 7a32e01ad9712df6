"""The billing run"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import narrowed_by, wall

revision = "0501"
down_revision = "0500"


def upgrade() -> None:
    op.create_table(
        "amounts_due",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("total_micros", sa.BigInteger(), nullable=False),
        sa.Column("credit_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("billed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declines", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("decline_class", sa.String(40), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "credit_micros >= 0 AND credit_micros <= total_micros", name=op.f("ck_amounts_due_credit_within_the_total")
        ),
        sa.CheckConstraint("total_micros > 0", name=op.f("ck_amounts_due_total_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_amounts_due_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_amounts_due_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_amounts_due")),
    )
    op.create_index(
        "ix_amounts_due_retry",
        "amounts_due",
        ["retry_at"],
        unique=False,
        postgresql_where=sa.text("retry_at IS NOT NULL"),
    )
    op.create_index("ix_amounts_due_subscription", "amounts_due", ["agency_id", "subscription_id"], unique=False)
    wall(
        "amounts_due",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT, UPDATE",
        swept="agency_id, id, retry_at",
    )
