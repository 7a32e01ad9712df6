"""Subscriptions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import narrowed_by, wall

revision = "0500"
down_revision = "0401"


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("contents_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("interval", sa.String(40), nullable=False),
        sa.Column("interval_count", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("anchor_day", sa.Integer(), nullable=False),
        sa.Column("anchor_at", sa.Time(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("conventions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("collection", sa.String(40), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("unpaid", sa.String(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trial_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_billed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_credits_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_billing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumptions", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'canceled') = (ended_at IS NOT NULL)", name=op.f("ck_subscriptions_canceled_has_ended")
        ),
        sa.CheckConstraint(
            "next_billing_at IS NULL OR state NOT IN ('paused', 'canceled')",
            name=op.f("ck_subscriptions_bills_while_it_runs"),
        ),
        sa.CheckConstraint("current_end >= current_start", name=op.f("ck_subscriptions_ends_after_it_starts")),
        sa.CheckConstraint("interval_count > 0", name=op.f("ck_subscriptions_interval_count_more_than_zero")),
        sa.ForeignKeyConstraint(
            ["agency_id", "contents_id"],
            ["plan_contents.agency_id", "plan_contents.id"],
            name=op.f("fk_subscriptions_agency_id_contents_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "product_id"],
            ["products.agency_id", "products.id"],
            name=op.f("fk_subscriptions_agency_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscriptions_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        "ix_subscriptions_due",
        "subscriptions",
        ["next_billing_at"],
        unique=False,
        postgresql_where=sa.text("next_billing_at IS NOT NULL AND parked_at IS NULL"),
    )
    op.create_index(
        "ix_subscriptions_sub_account", "subscriptions", ["agency_id", "sub_account_id", "id"], unique=False
    )
    op.create_table(
        "billed_lines",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("discount_micros", sa.BigInteger(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("tax_micros", sa.BigInteger(), nullable=False),
        sa.Column("taxes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("billed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "price_id"],
            ["prices.agency_id", "prices.id"],
            name=op.f("fk_billed_lines_agency_id_price_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "product_id"],
            ["products.agency_id", "products.id"],
            name=op.f("fk_billed_lines_agency_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_billed_lines_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_billed_lines_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_billed_lines")),
        sa.UniqueConstraint(
            "agency_id", "subscription_id", "component", "period_start", "occasion", name=op.f("uq_billed_lines_once")
        ),
    )
    op.create_index("ix_billed_lines_bill", "billed_lines", ["agency_id", "bill_id"], unique=False)
    op.create_table(
        "subscription_cancellations",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_cancellations_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_cancellations_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_cancellations")),
    )
    op.create_index(
        "uq_subscription_cancellations_open",
        "subscription_cancellations",
        ["agency_id", "subscription_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "subscription_changes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_changes_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_changes_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_changes")),
    )
    op.create_index(
        "uq_subscription_changes_planned",
        "subscription_changes",
        ["agency_id", "subscription_id", "at"],
        unique=True,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_table(
        "subscription_coupons",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("periods_left", sa.Integer(), nullable=True),
        sa.Column("amount_left_micros", sa.BigInteger(), nullable=True),
        sa.Column("has_ended", sa.Boolean(), nullable=False),
        sa.Column("used_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "coupon_id"],
            ["coupons.agency_id", "coupons.id"],
            name=op.f("fk_subscription_coupons_agency_id_coupon_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_coupons_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_coupons_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_coupons")),
    )
    op.create_index(
        "ix_subscription_coupons_subscription", "subscription_coupons", ["agency_id", "subscription_id"], unique=False
    )
    op.create_table(
        "subscription_history",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amount_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_history_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_history_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_history")),
    )
    op.create_index(
        "ix_subscription_history_subscription",
        "subscription_history",
        ["agency_id", "subscription_id", "id"],
        unique=False,
    )
    op.create_table(
        "subscription_items",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_share", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_subscription_items_quantity_never_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id", "price_id"],
            ["prices.agency_id", "prices.id"],
            name=op.f("fk_subscription_items_agency_id_price_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_items_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_items_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_items")),
    )
    op.create_index(
        "ix_subscription_items_subscription", "subscription_items", ["agency_id", "subscription_id"], unique=False
    )
    op.create_table(
        "subscription_pauses",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_subscription_pauses_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_subscription_pauses_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_subscription_pauses")),
    )
    op.create_index(
        "uq_subscription_pauses_open",
        "subscription_pauses",
        ["agency_id", "subscription_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    build_walls()


def build_walls() -> None:
    own, kept = narrowed_by("sub_account_id"), "SELECT, INSERT, UPDATE"
    wall("subscriptions", narrowed=own, rights=kept, swept="agency_id, id, next_billing_at, parked_at")
    wall("subscription_items", narrowed=own, rights="SELECT, INSERT, UPDATE (until_at, paid_share)")
    wall("subscription_coupons", narrowed=own, rights=kept)
    wall("subscription_changes", narrowed=own, rights="SELECT, INSERT, UPDATE (state, ended_at)")
    wall("subscription_pauses", narrowed=own, rights="SELECT, INSERT, UPDATE (ended_at, ended_by)")
    wall("subscription_cancellations", narrowed=own, rights="SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by)")
    wall("subscription_history", narrowed=own, rights="SELECT, INSERT")
    wall("billed_lines", narrowed=own, rights="SELECT, INSERT")
