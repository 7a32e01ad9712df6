"""The ledger"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import narrowed_by, wall

revision = "0100"
down_revision = "0001"


# Partitions live in a schema of their own, on which nobody has rights: rows are reached by their parent alone.
PARTITIONS = 8


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS partitions")
    op.create_table(
        "ledger_accounts",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("owner_type", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("debits_posted", sa.BigInteger(), nullable=False),
        sa.Column("credits_posted", sa.BigInteger(), nullable=False),
        sa.Column("debits_pending", sa.BigInteger(), nullable=False),
        sa.Column("credits_pending", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'owed' OR debits_posted - credits_posted >= 0", name=op.f("ck_ledger_accounts_owed_never_overpaid")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('purchased_credit', 'complimentary_credit')"
            " OR credits_posted - debits_posted - debits_pending >= 0",
            name=op.f("ck_ledger_accounts_credit_never_below_zero"),
        ),
        sa.CheckConstraint(
            "least(debits_posted, credits_posted, debits_pending, credits_pending) >= 0",
            name=op.f("ck_ledger_accounts_sums_grow_from_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_ledger_accounts_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint(
            "agency_id",
            "sub_account_id",
            "kind",
            "currency",
            "owner_type",
            "owner_id",
            name=op.f("uq_ledger_accounts_agency_id_sub_account_id_kind_currency_owner_type_owner_id"),
        ),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "transfers",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("debit_account_id", sa.Uuid(), nullable=False),
        sa.Column("credit_account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("pending_id", sa.Uuid(), nullable=True),
        sa.Column("journal_id", sa.Uuid(), nullable=False),
        sa.Column("source_type", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(phase = 'pending') = (expires_at IS NOT NULL)", name=op.f("ck_transfers_pending_expires")),
        sa.CheckConstraint("phase <> 'pending' OR pending_id IS NULL", name=op.f("ck_transfers_pending_ends_nothing")),
        sa.CheckConstraint("phase <> 'voided' OR pending_id IS NOT NULL", name=op.f("ck_transfers_voids_something")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfers_amount_positive")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfers_two_accounts")),
        sa.ForeignKeyConstraint(
            ["agency_id", "credit_account_id"],
            ["ledger_accounts.agency_id", "ledger_accounts.id"],
            name=op.f("fk_transfers_agency_id_credit_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "debit_account_id"],
            ["ledger_accounts.agency_id", "ledger_accounts.id"],
            name=op.f("fk_transfers_agency_id_debit_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_transfers")),
        postgresql_partition_by="HASH (agency_id)",
    )
    op.create_index("ix_transfers_credit", "transfers", ["agency_id", "credit_account_id", "id"], unique=False)
    op.create_index("ix_transfers_debit", "transfers", ["agency_id", "debit_account_id", "id"], unique=False)
    op.create_index("ix_transfers_source", "transfers", ["agency_id", "source_id"], unique=False)
    op.create_index(
        "uq_transfers_pending_id",
        "transfers",
        ["agency_id", "pending_id"],
        unique=True,
        postgresql_where=sa.text("pending_id IS NOT NULL"),
    )
    for number in range(PARTITIONS):
        op.execute(
            f"CREATE TABLE partitions.transfers_{number} PARTITION OF transfers"
            f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
        )
    wall(
        "ledger_accounts",
        narrowed=narrowed_by("sub_account_id"),
        rights="SELECT, INSERT, UPDATE (debits_posted, credits_posted, debits_pending, credits_pending)",
    )
    wall("transfers", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT")
