"""A replaced webhook secret signs along for a while; old events may be forgotten"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from agency.foundation.database.roles import APPLICATION

revision = "0961"
down_revision = "0960"


def upgrade() -> None:
    for name, kind in (("old_secrets", sa.LargeBinary()), ("old_secrets_until", sa.DateTime(timezone=True))):
        op.add_column("webhook_endpoints", sa.Column(name, ARRAY(kind), nullable=False, server_default="{}"))
        op.alter_column("webhook_endpoints", name, server_default=None)
    op.execute(f"GRANT DELETE ON event_log TO {APPLICATION}")
