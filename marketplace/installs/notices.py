"""What publishers hear ahead; the client's own letters come with its subscription."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.telling import TRIAL_ENDING, tell


def notify_trial_end(install_id: UUID, *, now: datetime) -> None:
    """Tell the app that its trial ends soon; once."""
    row = session.get_one(Install, (scope.agency_id(), install_id), with_for_update=True, populate_existing=True)
    if row.notice_at is not None and row.notice_at <= now:
        row.notice_at = None
        tell(TRIAL_ENDING, row, now=now)
