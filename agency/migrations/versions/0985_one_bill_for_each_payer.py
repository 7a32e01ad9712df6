"""One bill for each payer"""

import sqlalchemy as sa
from alembic import op

revision = "0985"
down_revision = "0981"

# Usage that was invoiced names its document, so that no other lists it.
LISTED = """
UPDATE usage_totals t SET bill_id = l.document_id
FROM (
    SELECT agency_id, source, invoice_id AS document_id FROM invoice_lines
    UNION ALL SELECT agency_id, source, draft_id FROM invoice_draft_lines
) l
WHERE l.agency_id = t.agency_id AND l.source->>'type' = 'usage' AND l.source->>'id' = t.id::text
"""


def upgrade() -> None:
    op.drop_index("ix_amounts_due_subscription", table_name="amounts_due")
    op.drop_column("amounts_due", "subscription_id")
    op.drop_column("amounts_due", "billed_at")
    op.drop_column("amounts_due", "due_at")
    op.create_index(
        "ix_amounts_due_open",
        "amounts_due",
        ["agency_id", "sub_account_id"],
        postgresql_where=sa.text("state <> 'paid'"),
    )
    op.execute(LISTED)
