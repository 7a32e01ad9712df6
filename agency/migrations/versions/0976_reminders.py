"""Reminders"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import SUB_ACCOUNT_SETTING, narrowed_by, narrowed_through, wall

revision = "0976"
down_revision = "0975"


def upgrade() -> None:
    op.create_table(
        "reminder_terms",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("before_days", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("after_days", sa.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_reminder_terms_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_reminder_terms_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reminder_terms")),
        sa.UniqueConstraint(
            "agency_id",
            "sub_account_id",
            name=op.f("uq_reminder_terms_agency_id_sub_account_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "reminder_courses",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("next_days", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "invoice_id"],
            ["invoices.agency_id", "invoices.id"],
            name=op.f("fk_reminder_courses_agency_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "invoice_id", name=op.f("pk_reminder_courses")),
    )
    op.create_index(
        "ix_reminder_courses_due",
        "reminder_courses",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    of_agency_or_own = narrowed_through(f"(sub_account_id IS NULL OR sub_account_id = {SUB_ACCOUNT_SETTING})")
    wall("reminder_terms", narrowed=of_agency_or_own, rights="SELECT, INSERT, UPDATE")
    wall(
        "reminder_courses",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT, UPDATE",
        swept="agency_id, invoice_id, next_at",
    )
