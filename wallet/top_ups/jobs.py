"""Confirmations that nobody gave are given up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from wallet.charges.operations import abandon
from wallet.charges.queries import charge_of
from wallet.top_ups.models import TopUp
from wallet.top_ups.operations.adding import TOP_UP


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(TopUp.due_at)))


def _run_due(now: datetime) -> None:
    with transaction():
        due = session.scalars(select(TopUp.id).where(TopUp.due_at <= now).order_by(TopUp.due_at)).all()
    each_apart(due, lambda top_up_id: _give_up(top_up_id, now=now))


def _give_up(top_up_id: UUID, *, now: datetime) -> None:
    charge = charge_of(TOP_UP, top_up_id)
    found = session.get_one(TopUp, (charge.agency_id, top_up_id)) if charge else None
    if charge is not None and found is not None:
        abandon(charge, now=now)  # It locks the charge, which comes before the row of its top-up, as where it settles.
        found.due_at = None  # The processor may take its time to withdraw it; it is asked for once.


def _agencies_due(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(TopUp.agency_id).where(TopUp.due_at <= now).distinct()).all()


DUE = DueSource("unconfirmed top-ups", _next_due, _run_due, _agencies_due)
