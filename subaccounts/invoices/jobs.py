"""Generated drafts open by themselves once their seller's days of grace are over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID, uuid5

from sqlalchemy import select, update

from agency.foundation import clock
from agency.foundation.actor import PLATFORM
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, moments, together_or_apart
from agency.foundation.jobs.registry import job
from subaccounts.invoices.booking import costing
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.invoices.operations.costing import Booked, costs_of, total_of
from subaccounts.invoices.operations.opening import open_many
from subaccounts.invoices.operations.settling import locked
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.models import Transfer
from wallet.ledger.operations import lock, post

CHUNK = 1_000
PAUSE = timedelta(hours=1)
COSTS = "costs"


def _run_due(now: datetime) -> None:
    """Chunk by chunk; a draft that fails holds up no other, and is tried again later."""
    while due := _due(now):
        failed = together_or_apart(due, lambda some: _open(some, now=now))
        if failed:
            with transaction():
                _wait(failed, until=now + PAUSE)


def _due(now: datetime) -> Sequence[UUID]:
    with transaction():
        query = select(InvoiceDraft.id).where(InvoiceDraft.open_at <= now).order_by(InvoiceDraft.id).limit(CHUNK)
        return session.scalars(query).all()


def _open(draft_ids: Sequence[UUID], *, now: datetime) -> None:
    """Those that are refused wait for somebody from then on."""
    refused = open_many(draft_ids, by=PLATFORM, now=now).refused
    if refused:
        _wait(refused, until=None)


def _wait(draft_ids: Iterable[UUID], *, until: datetime | None) -> None:
    session.execute(update(InvoiceDraft).where(InvoiceDraft.id == any_of(draft_ids)).values(open_at=until))


@job(queue="default")
def post_costs(*, invoice_ids: list[str]) -> None:
    """What invoices cost that were opened where the agency's costs cannot be seen; once for each."""
    with transaction():
        invoices = locked(UUID(each) for each in invoice_ids)
        lines = session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == any_of(invoices))).all()
        opened = [(row, row.opened_at) for row in invoices.values()]
        _post_once(opened, _grouped(lines, attrgetter("invoice_id")))


@job(queue="default")
def post_note_costs(*, note_ids: list[str]) -> None:
    """The same of what notes give back, below zero."""
    with transaction():
        wanted = [UUID(each) for each in note_ids]
        notes = session.scalars(select(CreditNote).where(CreditNote.id == any_of(wanted)).order_by(CreditNote.id)).all()
        lock([AccountKey(AccountKind.WHOLESALE_COST, note.sub_account_id, note.currency) for note in notes])
        lines = session.scalars(select(CreditNoteLine).where(CreditNoteLine.credit_note_id == any_of(wanted))).all()
        _post_once([(row, row.created_at) for row in notes], _grouped(lines, attrgetter("credit_note_id")))


def _grouped(lines: Iterable[Booked], document_of: Callable[[Booked], UUID]) -> dict[UUID, list[Booked]]:
    found: dict[UUID, list[Booked]] = {}
    for line in lines:
        found.setdefault(document_of(line), []).append(line)
    return found


def _post_once(
    documents: Sequence[tuple[Invoice | CreditNote, datetime]], lines: Mapping[UUID, Sequence[Booked]]
) -> None:
    """Those of the documents whose costs are not posted yet, with the moment for which they are."""
    journals = {row.id: uuid5(row.id, COSTS) for row, _at in documents}
    posted = select(Transfer.source_id).where(
        Transfer.source_id == any_of(journals.keys()), Transfer.journal_id == any_of(journals.values())
    )
    done = set(session.scalars(posted))
    costs = costs_of(line for theirs in lines.values() for line in theirs)
    postings = []
    for row, at in documents:
        if row.id not in done:
            cost = total_of(costs, lines.get(row.id, ()), row.currency)
            postings += costing(row.id, row, cost, journal=journals[row.id], at=at)
    post(postings, now=clock.now())


DUE = DueSource("drafts to open", moments(InvoiceDraft.open_at), _run_due)
