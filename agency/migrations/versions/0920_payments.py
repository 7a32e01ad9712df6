"""Payments"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agency.foundation.database.walls import CUSTOMERS, narrowed_by, wall

revision = "0920"
down_revision = "0902"


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("billing_account_id", sa.Uuid(), nullable=False),
        sa.Column("payer_name", sa.String(), nullable=False),
        sa.Column("unapplied_micros", sa.BigInteger(), nullable=False),
        sa.Column("refunded_micros", sa.BigInteger(), nullable=False),
        sa.Column("disputed_micros", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("payment_method_id", sa.Uuid(), nullable=True),
        sa.Column("card_name", sa.String(), nullable=True),
        sa.Column("decline_class", sa.String(40), nullable=True),
        sa.Column("decline_code", sa.String(), nullable=True),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("planned", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("seller", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_payments_amount_positive")),
        sa.CheckConstraint(
            "least(unapplied_micros, refunded_micros, disputed_micros) >= 0",
            name=op.f("ck_payments_parts_never_negative"),
        ),
        sa.CheckConstraint(
            "unapplied_micros + refunded_micros + disputed_micros <= amount_micros",
            name=op.f("ck_payments_parts_within_the_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "billing_account_id"],
            ["billing_accounts.agency_id", "billing_accounts.id"],
            name=op.f("fk_payments_agency_id_billing_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "credit_note_id"],
            ["credit_notes.agency_id", "credit_notes.id"],
            name=op.f("fk_payments_agency_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "customer_id"],
            ["customers.agency_id", "customers.id"],
            name=op.f("fk_payments_agency_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_method_id"],
            ["payment_methods.agency_id", "payment_methods.id"],
            name=op.f("fk_payments_agency_id_payment_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_payments_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payments")),
        sa.UniqueConstraint("agency_id", "credit_note_id", name=op.f("uq_payments_agency_id_credit_note_id")),
        sa.UniqueConstraint("agency_id", "request", name=op.f("uq_payments_agency_id_request")),
    )
    op.create_index(
        "ix_payments_due", "payments", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "ix_payments_open",
        "payments",
        ["agency_id", "payer_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('processing', 'needs_authentication')"),
    )
    op.create_index("ix_payments_payer", "payments", ["agency_id", "payer_id", "id"], unique=False)
    op.create_index("ix_payments_seller", "payments", ["agency_id", "sub_account_id", "seller", "id"], unique=False)
    op.create_table(
        "allocations",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("seller", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_micros <> 0", name=op.f("ck_allocations_moves_something")),
        sa.ForeignKeyConstraint(
            ["agency_id", "invoice_id"],
            ["invoices.agency_id", "invoices.id"],
            name=op.f("fk_allocations_agency_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_id"],
            ["payments.agency_id", "payments.id"],
            name=op.f("fk_allocations_agency_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_allocations")),
    )
    op.create_index("ix_allocations_invoice", "allocations", ["agency_id", "invoice_id", "id"], unique=False)
    op.create_index("ix_allocations_payment", "allocations", ["agency_id", "payment_id", "id"], unique=False)
    op.create_table(
        "payment_refunds",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("seller", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(method = 'card') = (charge_id IS NOT NULL)", name=op.f("ck_payment_refunds_to_the_card_that_paid")
        ),
        sa.CheckConstraint("amount_micros > 0", name=op.f("ck_payment_refunds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "charge_id"],
            ["charges.agency_id", "charges.id"],
            name=op.f("fk_payment_refunds_agency_id_charge_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_id"],
            ["payments.agency_id", "payments.id"],
            name=op.f("fk_payment_refunds_agency_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payment_refunds")),
        sa.UniqueConstraint("agency_id", "request", name=op.f("uq_payment_refunds_agency_id_request")),
    )
    op.create_index("ix_payment_refunds_payment", "payment_refunds", ["agency_id", "payment_id", "id"], unique=False)
    op.create_table(
        "payment_receipts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("seller", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_micros", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "payment_id"],
            ["payments.agency_id", "payments.id"],
            name=op.f("fk_payment_receipts_agency_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "refund_id"],
            ["payment_refunds.agency_id", "payment_refunds.id"],
            name=op.f("fk_payment_receipts_agency_id_refund_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_payment_receipts")),
        sa.UniqueConstraint(
            "agency_id",
            "payment_id",
            "refund_id",
            name=op.f("uq_payment_receipts_agency_id_payment_id_refund_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    own, kept = narrowed_by("sub_account_id"), "SELECT, INSERT"
    granted = f"seller = 'sub_account' AND customer_id = {CUSTOMERS}"
    wall("payments", narrowed=own, rights="SELECT, INSERT, UPDATE", portal=granted, swept="agency_id, id, due_at")
    wall("allocations", narrowed=own, rights=kept, portal=granted)
    wall("payment_refunds", narrowed=own, rights="SELECT, INSERT, UPDATE", portal=granted)
    wall("payment_receipts", narrowed=own, rights=kept, portal=granted)
