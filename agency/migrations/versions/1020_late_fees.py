"""What sellers add for paying late, and what was charged."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import SUB_ACCOUNT_SETTING, narrowed_by, narrowed_through, wall

revision = "1020"
down_revision = "0998"


def upgrade() -> None:
    op.create_table(
        "late_fee_rules",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("fixed_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("percent", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("after_days > 0", name=op.f("ck_late_fee_rules_after_the_due_date")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_late_fee_rules_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_late_fee_rules_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_late_fee_rules")),
        sa.UniqueConstraint(
            "agency_id",
            "sub_account_id",
            name=op.f("uq_late_fee_rules_agency_id_sub_account_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_late_fee_rules_due",
        "late_fee_rules",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("is_on AND next_at IS NOT NULL"),
    )
    op.create_table(
        "late_fees",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "invoice_id"],
            ["invoices.agency_id", "invoices.id"],
            name=op.f("fk_late_fees_agency_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "rule_id"],
            ["late_fee_rules.agency_id", "late_fee_rules.id"],
            name=op.f("fk_late_fees_agency_id_rule_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "invoice_id", "period", name=op.f("pk_late_fees")),
    )
    of_agency_or_own = narrowed_through(f"(sub_account_id IS NULL OR sub_account_id = {SUB_ACCOUNT_SETTING})")
    wall(
        "late_fee_rules",
        narrowed=of_agency_or_own,
        rights="SELECT, INSERT, UPDATE",
        swept="agency_id, id, is_on, next_at",
    )
    wall("late_fees", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT")
