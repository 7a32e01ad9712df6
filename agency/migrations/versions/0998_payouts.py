"""What the platform pays to publishers."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.walls import AGENCY_ONLY, narrowed_by, wall

revision = "0998"
down_revision = "0996"


def upgrade() -> None:
    op.create_table(
        "payouts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(amount_micros < 0) = (corrects_id IS NOT NULL)", name=op.f("ck_payouts_corrected_below_zero")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "corrects_id"],
            ["payouts.agency_id", "payouts.id"],
            name=op.f("fk_payouts_agency_id_corrects_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payouts")),
    )
    op.create_index("uq_payouts_corrects", "payouts", ["agency_id", "corrects_id"], unique=True)
    op.create_index(
        "uq_payouts_reference",
        "payouts",
        ["agency_id", "reference"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NULL AND corrected_at IS NULL"),
    )
    op.create_table(
        "payout_parts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_payout_parts_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_payout_parts_publisher_id")),
        sa.PrimaryKeyConstraint("agency_id", "payout_id", "sub_account_id", name=op.f("pk_payout_parts")),
    )
    op.create_index("ix_payout_parts_publisher", "payout_parts", ["publisher_id", "payout_id"], unique=False)
    wall("payouts", narrowed=AGENCY_ONLY, rights="SELECT, INSERT, UPDATE (corrected_at)")
    wall("payout_parts", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT")
    # A publisher sees in every agency what it was paid there.
    op.execute(
        f"CREATE POLICY publisher ON payout_parts FOR SELECT TO {APPLICATION} "
        f"USING (publisher_id = nullif(current_setting('app.agency_id', true), '')::uuid AND {AGENCY_ONLY})"
    )
