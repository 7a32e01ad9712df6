"""What a billing run gives back is a credit note: it may name no invoice, and its lines say what they are of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1021"
down_revision = "1020"


def upgrade() -> None:
    op.alter_column("credit_notes", "invoice_id", existing_type=sa.Uuid(), nullable=True)
    op.alter_column("credit_note_lines", "invoice_line_id", existing_type=sa.Uuid(), nullable=True)
    op.add_column("credit_note_lines", sa.Column("source", postgresql.JSONB(none_as_null=True), nullable=True))
