"""The scope of usage is read once a statement, not once a row"""

from alembic import op

from agency.foundation.database.roles import APPLICATION

revision = "0942"
down_revision = "0940"

AGENCY = "agency_id = (SELECT nullif(current_setting('app.agency_id', true), '')::uuid)"
SUB_ACCOUNT = "(SELECT nullif(current_setting('app.sub_account_id', true), '')::uuid)"
CONDITION = f"{AGENCY} AND ({SUB_ACCOUNT} IS NULL OR sub_account_id = {SUB_ACCOUNT})"


def upgrade() -> None:
    op.execute(f"ALTER POLICY tenant ON usage_events TO {APPLICATION} USING ({CONDITION}) WITH CHECK ({CONDITION})")
