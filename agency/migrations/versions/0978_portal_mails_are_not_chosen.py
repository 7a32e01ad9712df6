"""Portal mails are not chosen"""

from alembic import op

revision = "0978"
down_revision = "0976"


def upgrade() -> None:
    op.drop_column("portal_identities", "told_of_invoices")
    op.drop_column("portal_identities", "told_of_payments")
