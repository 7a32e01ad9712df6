"""Generated drafts open by themselves once their seller's days of grace are over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select, update

from agency.foundation import clock
from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from agency.foundation.jobs.registry import job
from subaccounts.invoices.booking import costing
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.costing import Booked, costs_of, total_of
from subaccounts.invoices.operations.ending import lines_of
from subaccounts.invoices.operations.opening import open_many
from subaccounts.invoices.operations.settling import locked
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.models import Transfer
from wallet.ledger.operations import lock, post

CHUNK = 1_000
COSTS = "costs"


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


@job(queue="default")
def post_costs(*, invoice_ids: list[str]) -> None:
    """What invoices cost that were opened where the agency's costs cannot be seen; once for each."""
    with transaction():
        for invoice in locked(UUID(each) for each in invoice_ids).values():
            _post_cost(invoice, lines_of(invoice.id), at=invoice.opened_at)


@job(queue="default")
def post_note_costs(*, note_ids: list[str]) -> None:
    """The same of what notes give back, below zero."""
    with transaction():
        notes = session.scalars(select(CreditNote).where(CreditNote.id.in_(map(UUID, note_ids)))).all()
        lock([AccountKey(AccountKind.WHOLESALE_COST, note.sub_account_id, note.currency) for note in notes])
        for note in notes:
            lines = session.scalars(select(CreditNoteLine).where(CreditNoteLine.credit_note_id == note.id)).all()
            _post_cost(note, lines, at=note.created_at)


def _post_cost(of: Invoice | CreditNote, lines: Sequence[Booked], *, at: datetime) -> None:
    journal = uuid5(of.id, COSTS)
    booked = select(Transfer.id).where(Transfer.source_id == of.id, Transfer.journal_id == journal)
    cost = total_of(costs_of(lines), lines, of.currency)
    if session.scalar(booked.limit(1)) is None:
        post(costing(of.id, of, cost, journal=journal, at=at), now=clock.now())


DUE = DueSource("drafts to open", _next_due, _run_due, _agencies_due)
