"""Late fees as they fall due: at the start of the seller's day."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from subaccounts.late_fees.models import LateFeeRule
from subaccounts.late_fees.operations import CHUNK, charge, plan_next


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(LateFeeRule.next_at)).where(LateFeeRule.is_on))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(LateFeeRule.id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)).all()
    for rule_id in due:
        while _charge_some(rule_id, now) == CHUNK:
            pass
        with transaction():
            plan_next(rule_id, now=now)


def _charge_some(rule_id: UUID, now: datetime) -> int:
    with transaction():
        return charge(session.scalars(select(LateFeeRule).where(LateFeeRule.id == rule_id)).one(), now=now)


def _agencies_due(now: datetime) -> Sequence[UUID]:
    query = select(LateFeeRule.agency_id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)
    return session.scalars(query.distinct()).all()


DUE = DueSource("late fees", _next_due, _run_due, _agencies_due)
