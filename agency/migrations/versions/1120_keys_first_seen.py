"""Keys that unique counts saw first, kept up by hour, day and month; those before are counted up."""

import sqlalchemy as sa
from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "1120"
down_revision = "1100"
READ = ("usage_buckets", "usage_uniques", "sub_accounts")
SEEN = """
INSERT INTO usage_buckets (
    agency_id, sub_account_id, grain, meter_id, starts_at, member, events, quantity, largest, last_at, fresh
)
SELECT u.agency_id, u.sub_account_id, g.grain, u.meter_id, date_trunc(g.grain, u.first_at, s.time_zone), u.member,
    0, 0, 0, max(u.first_at), count(*)
FROM usage_uniques u JOIN sub_accounts s ON s.agency_id = u.agency_id AND s.id = u.sub_account_id
CROSS JOIN (VALUES ('hour'), ('day'), ('month')) AS g (grain)
GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (agency_id, sub_account_id, grain, meter_id, starts_at, member) DO UPDATE SET fresh = excluded.fresh
"""


def upgrade() -> None:
    op.add_column("usage_buckets", sa.Column("fresh", sa.Integer(), nullable=False, server_default="0"))
    for table in READ:  # The walls would hide every row from the owner too.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(SEEN)
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT UPDATE (fresh) ON usage_buckets TO {APPLICATION}")
    op.drop_index("ix_usage_uniques_meter", table_name="usage_uniques")
