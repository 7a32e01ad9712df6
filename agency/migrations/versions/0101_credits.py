"""Credits"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import narrowed_by, wall

revision = "0101"
down_revision = "0100"


def upgrade() -> None:
    op.create_table(
        "claw_backs",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("heeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0 AND bonus >= 0", name=op.f("ck_claw_backs_never_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_claw_backs_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "dispute_id", name=op.f("pk_claw_backs")),
    )
    op.create_table(
        "credit_lots",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("is_spent", sa.Boolean(), sa.Computed("remaining = 0", persisted=True), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("meters", postgresql.ARRAY(sa.String()), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("purchase_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.CheckConstraint(
            "0 <= held AND held <= remaining AND remaining <= granted",
            name=op.f("ck_credit_lots_held_remaining_granted"),
        ),
        sa.CheckConstraint("granted > 0", name=op.f("ck_credit_lots_granted_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_credit_lots_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_credit_lots")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_credit_lots_charge",
        "credit_lots",
        ["agency_id", "charge_id"],
        unique=False,
        postgresql_where=sa.text("charge_id IS NOT NULL"),
    )
    op.create_index(
        "ix_credit_lots_due", "credit_lots", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "ix_credit_lots_unspent",
        "credit_lots",
        ["agency_id", "sub_account_id", "currency"],
        unique=False,
        postgresql_where=sa.text("NOT is_spent"),
    )
    op.create_index("ix_credit_lots_wallet", "credit_lots", ["agency_id", "sub_account_id", "id"], unique=False)
    op.create_index("uq_credit_lots_origin", "credit_lots", ["agency_id", "origin"], unique=True)
    op.create_table(
        "daily_spending",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_daily_spending_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "sub_account_id", "day", "product_id", "currency", name=op.f("pk_daily_spending")
        ),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "holds",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("meter", sa.String(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("0 <= captured AND captured <= amount", name=op.f("ck_holds_captured_within")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_holds_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_due", "holds", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_holds_wallet", "holds", ["agency_id", "sub_account_id", "id"], unique=False)
    op.create_table(
        "overdrafts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_overdrafts_never_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_overdrafts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "sub_account_id", "currency", name=op.f("pk_overdrafts")),
    )
    op.create_table(
        "spending_caps",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_spending_caps_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_spending_caps_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_spending_caps")),
        sa.UniqueConstraint(
            "agency_id",
            "sub_account_id",
            "product_id",
            "period",
            "kind",
            "currency",
            name=op.f("uq_spending_caps_agency_id_sub_account_id_product_id_period_kind_currency"),
        ),
    )
    op.create_table(
        "wallet_transactions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("purchased", sa.BigInteger(), nullable=False),
        sa.Column("complimentary", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("refers_to_id", sa.Uuid(), nullable=True),
        sa.Column("meter", sa.String(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_wallet_transactions_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_wallet_transactions")),
    )
    op.create_index(
        "ix_wallet_transactions_refers_to",
        "wallet_transactions",
        ["agency_id", "refers_to_id"],
        unique=False,
        postgresql_where=sa.text("refers_to_id IS NOT NULL"),
    )
    op.create_index(
        "ix_wallet_transactions_wallet", "wallet_transactions", ["agency_id", "sub_account_id", "id"], unique=False
    )
    op.create_table(
        "held_credit",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_held_credit_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "hold_id"], ["holds.agency_id", "holds.id"], name=op.f("fk_held_credit_agency_id_hold_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "lot_id"],
            ["credit_lots.agency_id", "credit_lots.id"],
            name=op.f("fk_held_credit_agency_id_lot_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "hold_id", "position", name=op.f("pk_held_credit")),
    )
    op.create_table(
        "lot_uses",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_lot_uses_amount_moves")),
        sa.ForeignKeyConstraint(
            ["agency_id", "lot_id"],
            ["credit_lots.agency_id", "credit_lots.id"],
            name=op.f("fk_lot_uses_agency_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "transaction_id"],
            ["wallet_transactions.agency_id", "wallet_transactions.id"],
            name=op.f("fk_lot_uses_agency_id_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "transaction_id", "lot_id", name=op.f("pk_lot_uses")),
    )
    build_walls()


def build_walls() -> None:
    own = narrowed_by("sub_account_id")
    wall(
        "credit_lots",
        narrowed=own,
        rights="SELECT, INSERT, UPDATE (remaining, held, returned, due_at)",
        swept="agency_id, id, due_at",
    )
    wall("lot_uses", narrowed=own, rights="SELECT, INSERT")
    wall("wallet_transactions", narrowed=own, rights="SELECT, INSERT")
    wall("daily_spending", narrowed=own, rights="SELECT, INSERT, UPDATE (spent)")
    wall("claw_backs", narrowed=own, rights="SELECT, INSERT, UPDATE (amount, bonus, heeded_at)")
    wall(
        "holds",
        narrowed=own,
        rights="SELECT, INSERT, UPDATE (captured, state, due_at, ended_at, transaction_id)",
        swept="agency_id, id, due_at",
    )
    wall("held_credit", narrowed=own, rights="SELECT, INSERT")
    wall("overdrafts", narrowed=own, rights="SELECT, INSERT, UPDATE (amount)")
    wall("spending_caps", narrowed=own, rights="SELECT, INSERT, UPDATE (amount), DELETE")
