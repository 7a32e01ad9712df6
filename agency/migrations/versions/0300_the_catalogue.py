"""The catalogue"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import AGENCY_ONLY, SUB_ACCOUNT_SETTING, narrowed_by, narrowed_through, wall

revision = "0300"
down_revision = "0200"


def upgrade() -> None:
    op.create_table(
        "coupons",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("amount_micros", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("duration", sa.String(40), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=True),
        sa.Column("carries_over", sa.Boolean(), nullable=False),
        sa.Column("product_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("redeem_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redemptions_max", sa.Integer(), nullable=True),
        sa.Column("redemptions_per_sub_account", sa.Integer(), nullable=True),
        sa.Column("redemptions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(amount_micros IS NULL) = (currency IS NULL)", name=op.f("ck_coupons_amount_has_a_currency")
        ),
        sa.CheckConstraint("(percent IS NULL) <> (amount_micros IS NULL)", name=op.f("ck_coupons_percent_or_amount")),
        sa.CheckConstraint(
            "redemptions >= 0 AND redemptions <= redemptions_max",
            name=op.f("ck_coupons_redemptions_within_their_limit"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_coupons_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_coupons_agency_id_code")),
    )
    op.create_table(
        "meters",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("aggregation", sa.String(40), nullable=False),
        sa.Column("unique_by", sa.String(), nullable=True),
        sa.Column("is_built_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_meters_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_meters")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_meters_agency_id_code")),
    )
    op.create_table(
        "products",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("tax_category", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_products_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_kind", "products", ["agency_id", "kind", "id"], unique=False)
    op.create_index(
        "uq_products_reference",
        "products",
        ["agency_id", "reference"],
        unique=True,
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_table(
        "taxes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("treatment", sa.String(40), nullable=False),
        sa.Column("percent", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "treatment = 'taxed' OR (percent = 0 AND reason IS NOT NULL)", name=op.f("ck_taxes_untaxed_has_a_reason")
        ),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_taxes_percent_never_negative")),
        sa.CheckConstraint("region IS NULL OR country IS NOT NULL", name=op.f("ck_taxes_region_is_of_a_country")),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_taxes_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_taxes")),
    )
    op.create_index("ix_taxes_category", "taxes", ["agency_id", "category", "country"], unique=False)
    op.create_table(
        "coupon_redemptions",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("coupon_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "coupon_id"],
            ["coupons.agency_id", "coupons.id"],
            name=op.f("fk_coupon_redemptions_agency_id_coupon_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_coupon_redemptions_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_coupon_redemptions")),
        sa.UniqueConstraint(
            "agency_id",
            "coupon_id",
            "source_type",
            "source_id",
            name=op.f("uq_coupon_redemptions_agency_id_coupon_id_source_type_source_id"),
        ),
    )
    op.create_index(
        "ix_coupon_redemptions_sub_account",
        "coupon_redemptions",
        ["agency_id", "coupon_id", "sub_account_id"],
        unique=False,
    )
    op.create_table(
        "plan_contents",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trial_days", sa.Integer(), nullable=False),
        sa.Column("seats_included", sa.Integer(), nullable=False),
        sa.Column("seats_max", sa.Integer(), nullable=True),
        sa.Column("usage", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credits_micros", sa.BigInteger(), nullable=True),
        sa.Column("credits_currency", sa.String(length=3), nullable=True),
        sa.Column("credits_roll_over", sa.Boolean(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(credits_micros IS NULL) = (credits_currency IS NULL)",
            name=op.f("ck_plan_contents_credits_have_a_currency"),
        ),
        sa.CheckConstraint("credits_micros > 0", name=op.f("ck_plan_contents_credits_more_than_zero")),
        sa.CheckConstraint("seats_max >= seats_included", name=op.f("ck_plan_contents_seats_max_holds_the_included")),
        sa.CheckConstraint("trial_days >= 0 AND seats_included >= 0", name=op.f("ck_plan_contents_never_negative")),
        sa.ForeignKeyConstraint(
            ["agency_id", "product_id"],
            ["products.agency_id", "products.id"],
            name=op.f("fk_plan_contents_agency_id_product_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_plan_contents")),
        sa.UniqueConstraint(
            "agency_id", "product_id", "version", name=op.f("uq_plan_contents_agency_id_product_id_version")
        ),
    )
    op.create_table(
        "prices",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meter_id", sa.Uuid(), nullable=True),
        sa.Column("interval", sa.String(40), nullable=True),
        sa.Column("interval_count", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(component = 'usage') = (meter_id IS NOT NULL)", name=op.f("ck_prices_usage_has_a_meter")),
        sa.CheckConstraint(
            "(interval IS NULL) = (interval_count IS NULL)", name=op.f("ck_prices_interval_has_a_count")
        ),
        sa.CheckConstraint("interval_count > 0", name=op.f("ck_prices_interval_count_more_than_zero")),
        sa.ForeignKeyConstraint(
            ["agency_id", "line_id"], ["prices.agency_id", "prices.id"], name=op.f("fk_prices_agency_id_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "meter_id"], ["meters.agency_id", "meters.id"], name=op.f("fk_prices_agency_id_meter_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "product_id"],
            ["products.agency_id", "products.id"],
            name=op.f("fk_prices_agency_id_product_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_prices_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_prices_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_prices")),
        sa.UniqueConstraint(
            "agency_id",
            "line_id",
            "sub_account_id",
            "version",
            name=op.f("uq_prices_agency_id_line_id_sub_account_id_version"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_prices_product", "prices", ["agency_id", "product_id", "line_id"], unique=False)
    op.create_index(
        "uq_prices_line",
        "prices",
        ["agency_id", "product_id", "component", "meter_id", "interval", "interval_count", "currency", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("version = 1 AND sub_account_id IS NULL AND archived_at IS NULL"),
    )
    op.create_table(
        "price_costs",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("markup", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "price_id"], ["prices.agency_id", "prices.id"], name=op.f("fk_price_costs_agency_id_price_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "price_id", name=op.f("pk_price_costs")),
    )
    _walls()


def _walls() -> None:
    """Clients see what is sold and what they pay; what it costs the agency never. Terms are written once."""
    own_price = f"sub_account_id IS NULL OR sub_account_id = {SUB_ACCOUNT_SETTING}"
    once = "SELECT, INSERT"
    wall("meters", narrowed=None, rights=f"{once}, UPDATE (name, unit, archived_at)")
    said = "name, description, reference, tax_category, archived_at"
    wall("products", narrowed=None, rights=f"{once}, UPDATE ({said})")
    wall("plan_contents", narrowed=None, rights=once)
    wall("prices", narrowed=narrowed_through(own_price), rights=f"{once}, UPDATE (archived_at)")
    wall("price_costs", narrowed=AGENCY_ONLY, rights=once)
    limits = "name, redeem_by, redemptions_max, redemptions_per_sub_account, redemptions, archived_at"
    wall("coupons", narrowed=None, rights=f"{once}, UPDATE ({limits})")
    wall("coupon_redemptions", narrowed=narrowed_by("sub_account_id"), rights=once)
    wall("taxes", narrowed=None, rights=f"{once}, UPDATE (name, archived_at)")
