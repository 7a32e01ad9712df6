from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from marketplace.installs.models.installs import Install
from marketplace.installs.notices import notify_trial_end
from marketplace.installs.queries import next_notice, notices_due


def run_notices(now: datetime) -> None:
    with transaction():
        due = notices_due(now)
    each_apart(due, lambda install_id: notify_trial_end(install_id, now=now))


def _agencies_with_notices(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(Install.agency_id).where(Install.notice_at <= now).distinct()).all()


DUE = [DueSource("trials of apps", next_notice, run_notices, _agencies_with_notices)]
