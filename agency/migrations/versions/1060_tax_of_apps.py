"""What apps take from wallets is taxed and listed on a document; what a bill asked for them knows its tax."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "1060"
down_revision = "1023"

MICROS = sa.BigInteger()


def upgrade() -> None:
    op.add_column("app_holds", sa.Column("tax_micros", MICROS, nullable=False, server_default="0"))
    op.add_column("app_charges", sa.Column("tax_micros", MICROS, nullable=False, server_default="0"))
    op.add_column("app_charges", sa.Column("document_id", sa.Uuid(), nullable=True))
    op.add_column("app_charges", sa.Column("is_prepaid", sa.Boolean(), nullable=False, server_default="false"))
    op.execute("UPDATE app_charges SET is_prepaid = true WHERE kind IN ('usage', 'one_time')")
    op.execute(
        "UPDATE app_charges b SET is_prepaid = true FROM app_charges c "
        "WHERE c.agency_id = b.agency_id AND c.id = b.refers_to_id AND c.is_prepaid"
    )
    # An open hold names the charge that its capture will be.
    op.execute(
        "UPDATE holds SET source_type = 'app_charge', source_id = id WHERE source_type = 'app_hold' AND state = 'open'"
    )
    for table, column in (("app_holds", "tax_micros"), ("app_charges", "tax_micros"), ("app_charges", "is_prepaid")):
        op.alter_column(table, column, server_default=None)
    op.create_index(
        "ix_app_charges_undocumented",
        "app_charges",
        ["agency_id", "sub_account_id", "charged_at"],
        unique=False,
        postgresql_where=sa.text("document_id IS NULL AND is_prepaid"),
    )
    op.execute(f"GRANT UPDATE (document_id) ON app_charges TO {APPLICATION}")
