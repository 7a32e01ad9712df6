"""When autopay falls due."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.due.sources import DueSource, moments, one_by_one
from subaccounts.portal.models.autopay import Autopay
from subaccounts.portal.operations.autopay import pay_due


def _pay(autopay_id: UUID, *, now: datetime) -> None:
    agreed = session.scalar(
        select(Autopay)
        .where(Autopay.id == autopay_id, Autopay.look_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if agreed is not None:
        pay_due(agreed, now=now)


DUE = DueSource("autopay", moments(Autopay.look_at), one_by_one(Autopay.id, Autopay.look_at, _pay))
