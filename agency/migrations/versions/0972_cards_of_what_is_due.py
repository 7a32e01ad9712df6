"""Which cards are left to be asked for what is due, and the link to confirm it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0972"
down_revision = "0971"


def upgrade() -> None:
    for name in ("cards_left", "cards_soft"):
        op.add_column("amounts_due", sa.Column(name, ARRAY(sa.Uuid()), nullable=False, server_default="{}"))
    op.add_column("amounts_due", sa.Column("link_digest", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_amounts_due_link",
        "amounts_due",
        ["agency_id", "link_digest"],
        postgresql_where=sa.text("link_digest IS NOT NULL"),
    )
