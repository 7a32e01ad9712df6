from datetime import datetime

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.tenant_roots.models import TenantRoot

# Asked for by every request and step: built and planned once.
SANDBOX_TIME = select(TenantRoot.sandbox_time).execution_options(prepared=True)


def sandbox_time() -> datetime | None:
    """The time at which the agency in scope stands; None for a live agency, which follows the wall."""
    return session.scalar(SANDBOX_TIME)
