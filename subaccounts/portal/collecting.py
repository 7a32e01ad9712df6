"""When autopay falls due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from subaccounts.portal.models.autopay import Autopay
from subaccounts.portal.operations.autopay import pay_due


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(Autopay.look_at)))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(Autopay.id).where(Autopay.look_at <= now).order_by(Autopay.look_at)).all()
    each_apart(due, lambda autopay_id: _pay(autopay_id, now=now))


def _pay(autopay_id: UUID, *, now: datetime) -> None:
    agreed = session.scalar(
        select(Autopay)
        .where(Autopay.id == autopay_id, Autopay.look_at <= now)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if agreed is not None:
        pay_due(agreed, now=now)


def _agencies_due(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(Autopay.agency_id).where(Autopay.look_at <= now).distinct()).all()


DUE = DueSource("autopay", _next_due, _run_due, _agencies_due)
