"""Merchant accounts, billing accounts, cards, charges and the inbox of the card processor"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import AGENCY_ONLY, SUB_ACCOUNT_SETTING, narrowed_by, narrowed_through, wall

revision = "0200"
down_revision = "0101"


def upgrade() -> None:
    op.create_table(
        "merchant_accounts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("stripe_account", sa.String(), nullable=True),
        sa.Column("secret_key", sa.LargeBinary(), nullable=True),
        sa.Column("publishable_key", sa.String(), nullable=True),
        sa.Column("webhook_secret", sa.LargeBinary(), nullable=True),
        sa.Column("charges_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_merchant_accounts_agency_id_sub_account_id"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_merchant_accounts_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_merchant_accounts")),
    )
    op.create_index(
        "uq_merchant_accounts_active",
        "merchant_accounts",
        ["agency_id", "sub_account_id"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "payers",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_payers_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payers")),
    )
    op.create_index(
        "uq_payers_sub_account",
        "payers",
        ["agency_id", "sub_account_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'sub_account'"),
    )
    op.create_table(
        "billing_accounts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("line1", sa.String(), nullable=True),
        sa.Column("line2", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(), nullable=True),
        sa.Column("tax_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "payer_id"],
            ["payers.agency_id", "payers.id"],
            name=op.f("fk_billing_accounts_agency_id_payer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_billing_accounts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_billing_accounts")),
        sa.UniqueConstraint(
            "agency_id", "payer_id", "currency", name=op.f("uq_billing_accounts_agency_id_payer_id_currency")
        ),
    )
    op.create_table(
        "charges",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_account_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stripe_intent", sa.String(), nullable=True),
        sa.Column("stripe_charge", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unwanted_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_charges_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "merchant_account_id"],
            ["merchant_accounts.agency_id", "merchant_accounts.id"],
            name=op.f("fk_charges_agency_id_merchant_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payer_id"], ["payers.agency_id", "payers.id"], name=op.f("fk_charges_agency_id_payer_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_charges_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_charges")),
        sa.UniqueConstraint(
            "agency_id", "source_type", "source_id", name=op.f("uq_charges_agency_id_source_type_source_id")
        ),
    )
    op.create_index("ix_charges_intent", "charges", ["agency_id", "stripe_intent"], unique=False)
    op.create_table(
        "processor_customers",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_account_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "merchant_account_id"],
            ["merchant_accounts.agency_id", "merchant_accounts.id"],
            name=op.f("fk_processor_customers_agency_id_merchant_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payer_id"],
            ["payers.agency_id", "payers.id"],
            name=op.f("fk_processor_customers_agency_id_payer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_processor_customers_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_processor_customers")),
        sa.UniqueConstraint(
            "agency_id",
            "merchant_account_id",
            "payer_id",
            name=op.f("uq_processor_customers_agency_id_merchant_account_id_payer_id"),
        ),
    )
    op.create_table(
        "processor_events",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_account_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_event", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "merchant_account_id"],
            ["merchant_accounts.agency_id", "merchant_accounts.id"],
            name=op.f("fk_processor_events_agency_id_merchant_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_processor_events")),
        sa.UniqueConstraint(
            "agency_id",
            "merchant_account_id",
            "stripe_event",
            name=op.f("uq_processor_events_agency_id_merchant_account_id_stripe_event"),
        ),
    )
    op.create_table(
        "card_refunds",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stripe_refund", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_card_refunds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_card_refunds_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_card_refunds_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_card_refunds")),
        sa.UniqueConstraint(
            "agency_id", "source_type", "source_id", name=op.f("uq_card_refunds_agency_id_source_type_source_id")
        ),
    )
    op.create_index("ix_card_refunds_charge", "card_refunds", ["agency_id", "charge_id"], unique=False)
    op.create_index(
        "ix_card_refunds_due",
        "card_refunds",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('settled', 'failed')"),
    )
    op.create_table(
        "disputes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_dispute", sa.String(), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_disputes_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_disputes_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_disputes")),
        sa.UniqueConstraint(
            "agency_id", "charge_id", "stripe_dispute", name=op.f("uq_disputes_agency_id_charge_id_stripe_dispute")
        ),
    )
    op.create_table(
        "payment_methods",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_account_id", sa.Uuid(), nullable=False),
        sa.Column("processor_customer_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_id", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("last4", sa.String(), nullable=False),
        sa.Column("exp_month", sa.Integer(), nullable=False),
        sa.Column("exp_year", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("backup_order", sa.Integer(), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_by", sa.String(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expiry_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detached_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "merchant_account_id"],
            ["merchant_accounts.agency_id", "merchant_accounts.id"],
            name=op.f("fk_payment_methods_agency_id_merchant_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payer_id"],
            ["payers.agency_id", "payers.id"],
            name=op.f("fk_payment_methods_agency_id_payer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "processor_customer_id"],
            ["processor_customers.agency_id", "processor_customers.id"],
            name=op.f("fk_payment_methods_agency_id_processor_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_payment_methods_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payment_methods")),
        sa.UniqueConstraint(
            "agency_id",
            "merchant_account_id",
            "stripe_id",
            name=op.f("uq_payment_methods_agency_id_merchant_account_id_stripe_id"),
        ),
    )
    op.create_index(
        "ix_payment_methods_expiry",
        "payment_methods",
        ["exp_year", "exp_month"],
        unique=False,
        postgresql_where=sa.text("detached_at IS NULL AND expiry_told_at IS NULL"),
    )
    op.create_index(
        "uq_payment_methods_primary",
        "payment_methods",
        ["agency_id", "payer_id"],
        unique=True,
        postgresql_where=sa.text("is_primary AND detached_at IS NULL"),
    )
    op.create_table(
        "card_setups",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("processor_customer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("stripe_intent", sa.String(), nullable=True),
        sa.Column("consent_text", sa.String(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_by", sa.String(), nullable=False),
        sa.Column("consent_address", sa.String(), nullable=True),
        sa.Column("payment_method_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_method_id"],
            ["payment_methods.agency_id", "payment_methods.id"],
            name=op.f("fk_card_setups_agency_id_payment_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "processor_customer_id"],
            ["processor_customers.agency_id", "processor_customers.id"],
            name=op.f("fk_card_setups_agency_id_processor_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_card_setups_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_card_setups")),
    )
    op.create_index("ix_card_setups_intent", "card_setups", ["agency_id", "stripe_intent"], unique=False)
    op.create_table(
        "charge_attempts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payment_method_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("off_session", sa.Boolean(), nullable=False),
        sa.Column("stripe_card", sa.String(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decline_class", sa.String(40), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("decline_message", sa.String(), nullable=True),
        sa.Column("stripe_intent", sa.String(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_charge_attempts_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_method_id"],
            ["payment_methods.agency_id", "payment_methods.id"],
            name=op.f("fk_charge_attempts_agency_id_payment_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_charge_attempts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_charge_attempts")),
        sa.UniqueConstraint(
            "agency_id", "charge_id", "number", name=op.f("uq_charge_attempts_agency_id_charge_id_number")
        ),
    )
    op.create_index(
        "ix_charge_attempts_card", "charge_attempts", ["agency_id", "fingerprint", "tried_at"], unique=False
    )
    op.create_index(
        "ix_charge_attempts_due",
        "charge_attempts",
        ["look_at"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('settled', 'declined', 'abandoned')"),
    )
    op.create_index(
        "uq_charge_attempts_open",
        "charge_attempts",
        ["agency_id", "charge_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('settled', 'declined', 'abandoned')"),
    )
    build_walls()


def build_walls() -> None:
    own = narrowed_by("sub_account_id")
    kept = "SELECT, INSERT, UPDATE"
    # A sub-account's cards belong to its agency's merchant account, so it sees that one beside its own.
    wall(
        "merchant_accounts",
        narrowed=narrowed_through(f"(sub_account_id IS NULL OR sub_account_id = {SUB_ACCOUNT_SETTING})"),
        rights=kept,
        swept="agency_id, id",
    )
    for table in ("payers", "billing_accounts", "processor_customers", "card_setups", "charges"):
        wall(table, narrowed=own, rights=kept)
    wall(
        "payment_methods",
        narrowed=own,
        rights=kept,
        swept="agency_id, exp_year, exp_month, detached_at, expiry_told_at",
    )
    for table in ("charge_attempts", "card_refunds"):
        wall(table, narrowed=own, rights=kept, swept="agency_id, id, state, look_at")
    wall("disputes", narrowed=own, rights=kept)
    wall("processor_events", narrowed=AGENCY_ONLY, rights="SELECT, INSERT, UPDATE (state, failure, handled_at)")
