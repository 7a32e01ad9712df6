"""A dispute takes from each wallet that the charge's credit went on to."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "1150"
down_revision = "1120"


def upgrade() -> None:
    op.add_column("claw_backs", sa.Column("spent", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("claw_backs", "spent", server_default=None)
    op.execute(f"GRANT UPDATE (spent) ON claw_backs TO {APPLICATION}")
    op.drop_constraint(op.f("pk_claw_backs"), "claw_backs")
    op.create_primary_key(op.f("pk_claw_backs"), "claw_backs", ["agency_id", "dispute_id", "sub_account_id"])
    op.drop_constraint(op.f("ck_claw_backs_never_negative"), "claw_backs")
    op.create_check_constraint(
        op.f("ck_claw_backs_never_negative"), "claw_backs", "amount >= 0 AND bonus >= 0 AND spent >= 0"
    )
