"""Generated drafts open by themselves once their seller's days of grace are over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.operations.opening import open_many

CHUNK = 1_000


def _next_due() -> datetime | None:
    return session.scalar(select(func.min(InvoiceDraft.open_at)))


def _run_due(now: datetime) -> None:
    """Chunk by chunk; a draft that cannot be opened waits for somebody from then on."""
    while True:
        with transaction():
            query = select(InvoiceDraft.id).where(InvoiceDraft.open_at <= now).order_by(InvoiceDraft.id).limit(CHUNK)
            due = session.scalars(query).all()
            refused = open_many(due, by=PLATFORM, now=now).refused if due else {}
            if refused:
                session.execute(update(InvoiceDraft).where(InvoiceDraft.id.in_(refused)).values(open_at=None))
        if not due:
            return


def _agencies_due(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(InvoiceDraft.agency_id).where(InvoiceDraft.open_at <= now).distinct()).all()


DUE = DueSource("drafts to open", _next_due, _run_due, _agencies_due)
