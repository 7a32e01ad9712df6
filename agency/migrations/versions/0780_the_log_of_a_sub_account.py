"""The log of a sub-account"""

from alembic import op

revision = "0780"
down_revision = "0760"


def upgrade() -> None:
    op.create_index("ix_audit_entries_sub_account", "audit_entries", ["agency_id", "sub_account_id", "id"])
