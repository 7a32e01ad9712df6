"""Refused letters"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import narrowed_by, wall

revision = "0996"
down_revision = "0995"


def upgrade() -> None:
    op.create_table(
        "refused_letters",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("letter", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_refused_letters_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "sub_account_id", "email", "letter", name=op.f("pk_refused_letters")),
    )
    wall("refused_letters", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT, UPDATE, DELETE")
