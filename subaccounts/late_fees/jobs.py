"""Late fees as they fall due: at the start of the seller's day."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from agency.foundation.jobs.registry import job
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.late_fees.models import LateFeeRule
from subaccounts.late_fees.operations import charge, look_by, plan_next
from subaccounts.late_fees.queries import late_after, rule_at_hand

log = logging.getLogger(__name__)
CHUNK = 500


@job(queue="default")
def hasten(*, rule_id: str, at: str) -> None:
    """An invoice was opened that is late at a moment; run twice, it changes nothing more."""
    with transaction():
        look_by(UUID(rule_id), datetime.fromisoformat(at))


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(LateFeeRule.next_at)).where(LateFeeRule.is_on))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(LateFeeRule.id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)).all()
    done = {rule_id: _charge_all(rule_id, now=now) for rule_id in due}
    each_apart(due, lambda rule_id: plan_next(rule_id, is_done=done[rule_id], now=now))


def _charge_all(rule_id: UUID, *, now: datetime) -> bool:
    """Whether every bill that is late was charged; one that cannot be holds up no other, and waits for the next day."""
    is_done, place = True, UUID(int=0)
    while bills := _next_bills(rule_id, place, now=now):
        try:
            with transaction():
                charge(rule_id, bills, now=now)
        except Exception:  # Whatever it is, it is one bill's, and must not stop the others.
            log.exception("Late fees of %s bills could not be charged; trying bill by bill.", len(bills))
            is_done &= _charge_each(rule_id, bills, now=now)
        place = bills[-1]
    return is_done


def _next_bills(rule_id: UUID, place: UUID, *, now: datetime) -> Sequence[UUID]:
    with transaction():
        rule = rule_at_hand(rule_id)
        return late_after(rule, place, today=SellerAtHand(rule.sub_account_id).today(now), limit=CHUNK)


def _charge_each(rule_id: UUID, bills: Sequence[UUID], *, now: datetime) -> bool:
    try:
        each_apart(bills, lambda invoice_id: charge(rule_id, [invoice_id], now=now))
    except ExceptionGroup:
        return False
    return True


def _agencies_due(now: datetime) -> Sequence[UUID]:
    query = select(LateFeeRule.agency_id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)
    return session.scalars(query.distinct()).all()


DUE = DueSource("late fees", _next_due, _run_due, _agencies_due)
