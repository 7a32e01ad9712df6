"""The marketplace"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.roles import APPLICATION
from agency.foundation.database.walls import AGENCY_ONLY, narrowed_by, wall

revision = "0900"
down_revision = "0800"

TENANT = "nullif(current_setting('app.agency_id', true), '')::uuid"
# A publisher is a tenant too: its scope opens its own apps, and what they brought in every agency.
OWN = f"publisher_id = {TENANT} AND {AGENCY_ONLY}"
OF_OWN_APP = f"EXISTS (SELECT FROM apps WHERE apps.id = app_id AND {OWN})"
OF_SEEN_APP = "EXISTS (SELECT FROM apps WHERE apps.id = app_id)"


def upgrade() -> None:
    op.create_table(
        "publishers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
    )
    op.create_table(
        "apps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tagline", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("support_address", sa.String(), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("daily_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("monthly_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("developer_percent", sa.Integer(), nullable=False),
        sa.Column("agency_percent", sa.Integer(), nullable=False),
        sa.Column("platform_percent", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("review_note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "developer_percent + agency_percent + platform_percent = 100", name=op.f("ck_apps_percents_make_a_whole")
        ),
        sa.CheckConstraint(
            "developer_percent >= 0 AND agency_percent >= 0 AND platform_percent >= 0",
            name=op.f("ck_apps_percents_not_negative"),
        ),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_apps_publisher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apps")),
    )
    op.create_index("ix_apps_publisher", "apps", ["publisher_id"], unique=False)
    op.create_table(
        "app_offers",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("markup", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("daily_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("monthly_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("markup >= 1", name=op.f("ck_app_offers_never_below_the_list")),
        sa.ForeignKeyConstraint(
            ["agency_id", "product_id"],
            ["products.agency_id", "products.id"],
            name=op.f("fk_app_offers_agency_id_product_id"),
        ),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_offers_app_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_app_offers")),
        sa.UniqueConstraint("agency_id", "app_id", name=op.f("uq_app_offers_agency_id_app_id")),
    )
    op.create_table(
        "app_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_pictures_app_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_pictures")),
        sa.UniqueConstraint("app_id", "digest", name=op.f("uq_app_pictures_app_id_digest")),
    )
    op.create_table(
        "app_prices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("lowest", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("highest", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("interval", sa.String(40), nullable=True),
        sa.Column("trial_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(amount IS NULL) = (kind = 'usage' AND lowest IS NOT NULL)", name=op.f("ck_app_prices_fixed_or_dynamic")
        ),
        sa.CheckConstraint(
            "(kind = 'recurring') = (interval IS NOT NULL)", name=op.f("ck_app_prices_recurring_has_an_interval")
        ),
        sa.CheckConstraint(
            "(lowest IS NULL) = (highest IS NULL) AND lowest <= highest", name=op.f("ck_app_prices_bounds_in_order")
        ),
        sa.CheckConstraint(
            "amount >= 0 AND lowest >= 0 AND trial_days >= 0", name=op.f("ck_app_prices_never_negative")
        ),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_prices_app_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_prices")),
    )
    op.create_index(
        "uq_app_prices_code",
        "app_prices",
        ["app_id", "code"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "app_offer_prices",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("app_price_id", sa.Uuid(), nullable=False),
        sa.Column("own_amount", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "line_id"],
            ["prices.agency_id", "prices.id"],
            name=op.f("fk_app_offer_prices_agency_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "offer_id"],
            ["app_offers.agency_id", "app_offers.id"],
            name=op.f("fk_app_offer_prices_agency_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(["app_price_id"], ["app_prices.id"], name=op.f("fk_app_offer_prices_app_price_id")),
        sa.PrimaryKeyConstraint("agency_id", "offer_id", "app_price_id", name=op.f("pk_app_offer_prices")),
    )
    op.create_table(
        "installs",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("app_price_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("client_name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("daily_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("monthly_limit_micros", sa.BigInteger(), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("installed_by", sa.String(), nullable=False),
        sa.Column("trial_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.Column("why_removed", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "offer_id"],
            ["app_offers.agency_id", "app_offers.id"],
            name=op.f("fk_installs_agency_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_installs_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_installs_agency_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_installs_app_id")),
        sa.ForeignKeyConstraint(["app_price_id"], ["app_prices.id"], name=op.f("fk_installs_app_price_id")),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_installs_publisher_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_installs")),
    )
    op.create_index(
        "ix_installs_notice", "installs", ["notice_at"], unique=False, postgresql_where=sa.text("notice_at IS NOT NULL")
    )
    op.create_index("ix_installs_publisher", "installs", ["publisher_id", "app_id", "id"], unique=False)
    op.create_index("ix_installs_subscription", "installs", ["agency_id", "subscription_id"], unique=False)
    op.create_index(
        "uq_installs_one",
        "installs",
        ["agency_id", "sub_account_id", "app_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "app_charges",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("install_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("app_price_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=38, scale=18), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("developer_micros", sa.BigInteger(), nullable=False),
        sa.Column("agency_micros", sa.BigInteger(), nullable=False),
        sa.Column("platform_micros", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("refers_to_id", sa.Uuid(), nullable=True),
        sa.Column("charged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount_micros = developer_micros + agency_micros + platform_micros",
            name=op.f("ck_app_charges_shares_add_up"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "install_id"],
            ["installs.agency_id", "installs.id"],
            name=op.f("fk_app_charges_agency_id_install_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "refers_to_id"],
            ["app_charges.agency_id", "app_charges.id"],
            name=op.f("fk_app_charges_agency_id_refers_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_app_charges_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_app_charges_app_id")),
        sa.ForeignKeyConstraint(["app_price_id"], ["app_prices.id"], name=op.f("fk_app_charges_app_price_id")),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_app_charges_publisher_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_app_charges")),
        sa.UniqueConstraint(
            "agency_id", "install_id", "event_id", name=op.f("uq_app_charges_agency_id_install_id_event_id")
        ),
    )
    op.create_index("ix_app_charges_install", "app_charges", ["agency_id", "install_id", "charged_at"], unique=False)
    op.create_index("ix_app_charges_publisher", "app_charges", ["publisher_id", "charged_at"], unique=False)
    op.create_index("ix_app_charges_refers_to", "app_charges", ["agency_id", "refers_to_id"], unique=False)
    op.create_index("ix_app_charges_source", "app_charges", ["agency_id", "source_id"], unique=False)
    op.create_table(
        "app_holds",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("install_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("app_price_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.Column("list_price", sa.Numeric(precision=38, scale=18), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "hold_id"], ["holds.agency_id", "holds.id"], name=op.f("fk_app_holds_agency_id_hold_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "install_id"],
            ["installs.agency_id", "installs.id"],
            name=op.f("fk_app_holds_agency_id_install_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_app_holds_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["app_price_id"], ["app_prices.id"], name=op.f("fk_app_holds_app_price_id")),
        sa.PrimaryKeyConstraint("agency_id", "hold_id", name=op.f("pk_app_holds")),
        sa.UniqueConstraint(
            "agency_id", "install_id", "event_id", name=op.f("uq_app_holds_agency_id_install_id_event_id")
        ),
    )
    op.add_column("api_keys", sa.Column("install_id", sa.Uuid(), nullable=True))
    _global("publishers", seen="true", own=f"id = {TENANT} AND {AGENCY_ONLY}", rights="SELECT, INSERT, UPDATE")
    _global("apps", seen="state IN ('listed', 'retired')", own=OWN, rights="SELECT, INSERT, UPDATE")
    _global("app_prices", seen=OF_SEEN_APP, own=OF_OWN_APP, rights="SELECT, INSERT, UPDATE")
    _global("app_pictures", seen=OF_SEEN_APP, own=OF_OWN_APP, rights="SELECT, INSERT, DELETE")
    wall("app_offers", narrowed=None)
    wall("app_offer_prices", narrowed=None)
    narrowed = narrowed_by("sub_account_id")
    wall("installs", narrowed=narrowed, rights="SELECT, INSERT, UPDATE", swept="agency_id, id, notice_at")
    wall("app_charges", narrowed=narrowed, rights="SELECT, INSERT")
    wall("app_holds", narrowed=narrowed, rights="SELECT, INSERT")
    for table in ("installs", "app_charges"):
        op.execute(f"CREATE POLICY publisher ON {table} FOR SELECT TO {APPLICATION} USING ({OWN})")


def _global(table: str, *, seen: str, own: str, rights: str) -> None:
    """Rows of no agency: anybody reads what is published, their publisher alone writes them."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY published ON {table} FOR SELECT TO {APPLICATION} USING ({seen})")
    op.execute(f"CREATE POLICY publisher ON {table} TO {APPLICATION} USING ({own}) WITH CHECK ({own})")
    op.execute(f"GRANT {rights} ON {table} TO {APPLICATION}")
