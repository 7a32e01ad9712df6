"""Letters carry the address that stops further ones of their kind."""

import sqlalchemy as sa
from alembic import op

revision = "1023"
down_revision = "1022"


def upgrade() -> None:
    op.add_column("outgoing_mails", sa.Column("unsubscribe", sa.String(), nullable=False, server_default=""))
    op.alter_column("outgoing_mails", "unsubscribe", server_default=None)
