"""Late fees as they fall due: at the start of the seller's day."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart, moments, together_or_apart
from agency.foundation.jobs.registry import job
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.late_fees.models import LateFeeRule
from subaccounts.late_fees.operations import charge, look_by, plan_next
from subaccounts.late_fees.queries import late_after, rule_at_hand

CHUNK = 500


@job(queue="default")
def hasten(*, rule_id: str, at: str) -> None:
    """An invoice was opened that is late at a moment; run twice, it changes nothing more."""
    with transaction():
        look_by(UUID(rule_id), datetime.fromisoformat(at))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(LateFeeRule.id).where(LateFeeRule.is_on, LateFeeRule.next_at <= now)).all()
    for rule_id in due:
        _charge_all(rule_id, now=now)
    each_apart(due, lambda rule_id: plan_next(rule_id, now=now))


def _charge_all(rule_id: UUID, *, now: datetime) -> None:
    """Chunk by chunk; a bill that cannot be charged holds up no other, and waits for the next day."""
    place = UUID(int=0)
    while bills := _next_bills(rule_id, place, now=now):
        together_or_apart(bills, lambda some: charge(rule_id, some, now=now))
        place = bills[-1]


def _next_bills(rule_id: UUID, place: UUID, *, now: datetime) -> Sequence[UUID]:
    with transaction():
        rule = rule_at_hand(rule_id)
        return late_after(rule, place, today=SellerAtHand(rule.sub_account_id).today(now), limit=CHUNK)


DUE = DueSource("late fees", moments(LateFeeRule.next_at, LateFeeRule.is_on), _run_due)
