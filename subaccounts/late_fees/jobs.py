"""Late fees as they fall due: at the start of the seller's day."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from subaccounts.late_fees.models import LateFeeRule
from subaccounts.late_fees.operations import CHUNK, charge, plan_next


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(LateFeeRule.next_at)).where(LateFeeRule.is_on))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(LateFeeRule.id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)).all()
    left: Sequence[UUID] = due
    while left:
        charged: dict[UUID, int] = {}
        each_apart(left, partial(_charge_some, charged=charged, now=now))
        left = [rule_id for rule_id, count in charged.items() if count == CHUNK]
    each_apart(due, lambda rule_id: plan_next(rule_id, now=now))


def _charge_some(rule_id: UUID, *, charged: dict[UUID, int], now: datetime) -> None:
    rule = session.scalars(select(LateFeeRule).where(LateFeeRule.id == rule_id)).one()
    charged[rule_id] = charge(rule, now=now)


def _agencies_due(now: datetime) -> Sequence[UUID]:
    query = select(LateFeeRule.agency_id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)
    return session.scalars(query.distinct()).all()


DUE = DueSource("late fees", _next_due, _run_due, _agencies_due)
