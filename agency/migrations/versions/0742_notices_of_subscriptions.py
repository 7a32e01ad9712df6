"""Notices of subscriptions"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import AGENCY_ONLY, narrowed_by, wall

revision = "0742"
down_revision = "0741"


def upgrade() -> None:
    op.create_table(
        "refused_notices",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("sub_account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notice", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_refused_notices_agency_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "sub_account_id"],
            ["sub_accounts.agency_id", "sub_accounts.id"],
            name=op.f("fk_refused_notices_agency_id_sub_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "sub_account_id", "person_id", "notice", name=op.f("pk_refused_notices")),
    )
    op.create_table(
        "renewal_notices",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "subscription_id"],
            ["subscriptions.agency_id", "subscriptions.id"],
            name=op.f("fk_renewal_notices_agency_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "subscription_id", name=op.f("pk_renewal_notices")),
    )
    wall("refused_notices", narrowed=narrowed_by("sub_account_id"), rights="SELECT, INSERT, DELETE")
    wall(
        "renewal_notices",
        narrowed=AGENCY_ONLY,
        rights="SELECT, INSERT, UPDATE",
        swept="agency_id, subscription_id, looked_until",
    )
