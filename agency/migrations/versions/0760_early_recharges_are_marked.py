"""Early recharges are marked"""

import sqlalchemy as sa
from alembic import op

revision = "0760"
down_revision = "0742"


def upgrade() -> None:
    op.add_column("recharge_decisions", sa.Column("is_early", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("recharge_decisions", "is_early", server_default=None)
