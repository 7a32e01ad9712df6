"""Statements"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import CUSTOMERS, narrowed_by, wall

revision = "0975"
down_revision = "0972"


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("seller", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("payer_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening_micros", sa.BigInteger(), nullable=False),
        sa.Column("closing_micros", sa.BigInteger(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_statements_days_in_order")),
        sa.ForeignKeyConstraint(
            ["agency_id", "customer_id"],
            ["customers.agency_id", "customers.id"],
            name=op.f("fk_statements_agency_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_statements_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_statements_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "agency_id",
            "seller_id",
            "number",
            name=op.f("uq_statements_agency_id_seller_id_number"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_statements_payer", "statements", ["agency_id", "payer_id", "id"], unique=False)
    op.create_index("ix_statements_seller", "statements", ["agency_id", "sub_account_id", "seller", "id"], unique=False)
    granted = f"seller = 'sub_account' AND customer_id = {CUSTOMERS}"
    wall("statements", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT", portal=granted)
