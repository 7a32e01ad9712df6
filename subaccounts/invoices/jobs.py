"""Drafts that nobody has opened open by themselves when the seller's time to look at them is over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.operations.opening import open_many

CHUNK = 2_000


def open_waiting(now: datetime) -> None:
    while _opened_some(now):
        session.expunge_all()


def _opened_some(now: datetime) -> int:
    """A chunk in a transaction; one that cannot be opened waits for a person from then on."""
    with transaction():
        waiting = select(InvoiceDraft.id).where(InvoiceDraft.open_at <= now).order_by(InvoiceDraft.open_at)
        draft_ids = session.scalars(waiting.limit(CHUNK).with_for_update(skip_locked=True)).all()
        if draft_ids:
            refused = open_many(draft_ids, by=PLATFORM, now=now).refused
            session.execute(update(InvoiceDraft).where(InvoiceDraft.id.in_(refused)).values(open_at=None))
    return len(draft_ids)


def _next_opening() -> datetime | None:
    return session.scalar(select(func.min(InvoiceDraft.open_at)))


def _agencies_waiting(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(InvoiceDraft.agency_id).where(InvoiceDraft.open_at <= now).distinct()).all()


DUE = DueSource("drafts", _next_opening, open_waiting, _agencies_waiting)
