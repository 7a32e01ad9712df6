"""Top-ups, receipts and automatic recharge"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import SUB_ACCOUNT_SETTING, narrowed_by, narrowed_through, wall

revision = "0400"
down_revision = "0300"


def upgrade() -> None:
    op.create_table(
        "funding_terms",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=True),
        sa.Column("maximum", sa.BigInteger(), nullable=True),
        sa.Column("balance_maximum", sa.BigInteger(), nullable=True),
        sa.Column("bonus_percent", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("bonus_from", sa.BigInteger(), nullable=True),
        sa.Column("cooling_down_minutes", sa.Integer(), nullable=True),
        sa.Column("receipts_mailed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_funding_terms_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_funding_terms_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_funding_terms")),
        sa.UniqueConstraint(
            "agency_id",
            "sub_account_id",
            "currency",
            name=op.f("uq_funding_terms_agency_id_sub_account_id_currency"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "recharge_decisions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("balance_micros", sa.BigInteger(), nullable=False),
        sa.Column("threshold_micros", sa.BigInteger(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=True),
        sa.Column("recharge_id", sa.Uuid(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_recharge_decisions_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recharge_decisions")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_recharge_decisions_wallet", "recharge_decisions", ["agency_id", "sub_account_id", "id"], unique=False
    )
    op.create_table(
        "recharge_pauses",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("recharge_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprints", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(40), nullable=True),
        sa.Column("lifted_name", sa.String(), nullable=True),
        sa.Column("lift_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_recharge_pauses_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recharge_pauses")),
    )
    op.create_index(
        "uq_recharge_pauses_open",
        "recharge_pauses",
        ["agency_id", "sub_account_id", "currency"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "recharge_rules",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("threshold_micros", sa.BigInteger(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=True),
        sa.Column("target_micros", sa.BigInteger(), nullable=True),
        sa.Column("cap_micros", sa.BigInteger(), nullable=False),
        sa.Column("card_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("consent_text", sa.String(), nullable=False),
        sa.Column("consented_by", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_decision_id", sa.Uuid(), nullable=True),
        sa.Column("last_reason", sa.String(40), nullable=True),
        sa.CheckConstraint(
            "(amount_micros IS NULL) <> (target_micros IS NULL)", name=op.f("ck_recharge_rules_amount_or_target")
        ),
        sa.CheckConstraint("cap_micros > 0", name=op.f("ck_recharge_rules_capped")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_recharge_rules_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recharge_rules")),
        sa.UniqueConstraint(
            "agency_id", "sub_account_id", "currency", name=op.f("uq_recharge_rules_agency_id_sub_account_id_currency")
        ),
    )
    op.create_index(
        "ix_recharge_rules_look",
        "recharge_rules",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_table(
        "recharges",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("balance_micros", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cards_left", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("cards_soft", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("soft_declines", sa.Integer(), nullable=False),
        sa.Column("our_failures", sa.Integer(), nullable=False),
        sa.Column("decline_class", sa.String(40), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_digest", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_recharges_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_recharges_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recharges")),
    )
    op.create_index(
        "ix_recharges_due", "recharges", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "ix_recharges_link",
        "recharges",
        ["agency_id", "link_digest"],
        unique=False,
        postgresql_where=sa.text("link_digest IS NOT NULL"),
    )
    op.create_index("ix_recharges_wallet", "recharges", ["agency_id", "sub_account_id", "id"], unique=False)
    op.create_index(
        "uq_recharges_open",
        "recharges",
        ["agency_id", "sub_account_id", "currency"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('settled', 'declined', 'abandoned')"),
    )
    op.create_table(
        "top_up_refunds",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_top_up_refunds_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_top_up_refunds")),
        sa.UniqueConstraint("agency_id", "request", name=op.f("uq_top_up_refunds_agency_id_request")),
    )
    op.create_index("ix_top_up_refunds_wallet", "top_up_refunds", ["agency_id", "sub_account_id", "id"], unique=False)
    op.create_table(
        "top_up_refund_parts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("bonus_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_top_up_refund_parts_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "refund_id"],
            ["top_up_refunds.agency_id", "top_up_refunds.id"],
            name=op.f("fk_top_up_refund_parts_agency_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_top_up_refund_parts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_top_up_refund_parts")),
    )
    op.create_index("ix_top_up_refund_parts_refund", "top_up_refund_parts", ["agency_id", "refund_id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("refund_part_id", sa.Uuid(), nullable=True),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_to", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_receipts_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "refund_part_id"],
            ["top_up_refund_parts.agency_id", "top_up_refund_parts.id"],
            name=op.f("fk_receipts_agency_id_refund_part_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_receipts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "agency_id",
            "charge_id",
            "refund_part_id",
            name=op.f("uq_receipts_agency_id_charge_id_refund_part_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_receipts_wallet", "receipts", ["agency_id", "sub_account_id", "id"], unique=False)
    op.create_table(
        "top_ups",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_method_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decline_class", sa.String(40), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("paid_owed_micros", sa.BigInteger(), nullable=False),
        sa.Column("bonus_micros", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_top_ups_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_method_id"],
            ["payment_methods.agency_id", "payment_methods.id"],
            name=op.f("fk_top_ups_agency_id_payment_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_top_ups_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_top_ups")),
        sa.UniqueConstraint("agency_id", "request", name=op.f("uq_top_ups_agency_id_request")),
    )
    op.create_index(
        "ix_top_ups_due", "top_ups", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("ix_top_ups_wallet", "top_ups", ["agency_id", "sub_account_id", "id"], unique=False)
    build_walls()


def build_walls() -> None:
    own = narrowed_by("sub_account_id")
    of_agency_or_own = narrowed_through(f"(sub_account_id IS NULL OR sub_account_id = {SUB_ACCOUNT_SETTING})")
    kept = "SELECT, INSERT, UPDATE"
    wall("funding_terms", narrowed=of_agency_or_own, rights=kept)
    wall("top_ups", narrowed=own, rights=kept, swept="agency_id, id, due_at")
    wall("top_up_refunds", narrowed=own, rights="SELECT, INSERT")
    wall("top_up_refund_parts", narrowed=own, rights="SELECT, INSERT, UPDATE (state, failure, ended_at)")
    wall("receipts", narrowed=own, rights="SELECT, INSERT")
    wall("recharge_rules", narrowed=own, swept="agency_id, id, look_at")
    wall("recharges", narrowed=own, rights=kept, swept="agency_id, id, due_at")
    wall(
        "recharge_pauses",
        narrowed=own,
        rights="SELECT, INSERT, UPDATE (ended_at, lifted_by, lifted_name, lift_reason)",
    )
    wall("recharge_decisions", narrowed=own, rights="SELECT, INSERT, UPDATE (times, last_at, balance_micros)")
