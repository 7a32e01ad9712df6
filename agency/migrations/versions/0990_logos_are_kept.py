"""Logos are kept"""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.walls import wall

revision = "0990"
down_revision = "0985"


def upgrade() -> None:
    op.create_table(
        "logos",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["tenant_roots.agency_id"], name=op.f("fk_logos_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "digest", name=op.f("pk_logos")),
    )
    op.add_column("seller_terms", sa.Column("accent", sa.String(), nullable=True))
    op.add_column("seller_terms", sa.Column("logo_digest", sa.String(), nullable=True))
    op.execute(
        "INSERT INTO logos (agency_id, digest, png)"
        " SELECT agency_id, logo_digest, logo FROM agencies WHERE logo IS NOT NULL"
        " UNION SELECT agency_id, logo_digest, logo FROM portals WHERE logo IS NOT NULL"
    )
    op.execute(
        "UPDATE seller_terms AS t SET accent = p.accent, logo_digest = p.logo_digest FROM portals AS p"
        " WHERE (p.agency_id, p.sub_account_id) = (t.agency_id, t.sub_account_id)"
    )
    wall("logos", narrowed=None, rights="SELECT, INSERT")
