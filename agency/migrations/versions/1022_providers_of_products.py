"""Products name who gives them, so that their lines stand under that name."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "1022"
down_revision = "1021"


def upgrade() -> None:
    op.add_column("products", sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_products_agency_id_provider_id"),
        "products",
        "service_providers",
        ["agency_id", "provider_id"],
        ["agency_id", "id"],
    )
    op.execute(f"GRANT UPDATE (provider_id) ON products TO {APPLICATION}")
