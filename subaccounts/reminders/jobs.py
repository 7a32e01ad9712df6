"""Letters as they fall due: by the schedule for live agencies, by its clock for a sandbox."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from subaccounts.reminders.models import ReminderCourse
from subaccounts.reminders.operations import go_on


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(ReminderCourse.next_at)))


def _run_due(now: datetime) -> None:
    with transaction():
        query = select(ReminderCourse.invoice_id).where(ReminderCourse.next_at <= now)
        due = session.scalars(query.order_by(ReminderCourse.next_at)).all()
    each_apart(due, lambda invoice_id: go_on(invoice_id, now=now))


def _agencies_due(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(ReminderCourse.agency_id).where(ReminderCourse.next_at <= now).distinct()).all()


DUE = DueSource("invoice reminders", _next_due, _run_due, _agencies_due)
