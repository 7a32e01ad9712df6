"""Drafts become invoices: data frozen, numbered, posted, told, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from agency.foundation.actor import Actor
from agency.foundation.audit.models import AuditEntry
from agency.foundation.audit.operations import entry
from agency.foundation.database.inserting import insert_rows
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.events import publish
from subaccounts.invoices.booking import opening
from subaccounts.invoices.events import InvoicesOpened
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.composing import PASSING, Composed, DraftWish, DueBeforeIssue, compose
from subaccounts.invoices.operations.costing import costs_of, total_of
from subaccounts.invoices.operations.releasing import mark_billed
from subaccounts.invoices.operations.telling import tell_opened
from subaccounts.invoices.operations.writing import facts_of, write
from subaccounts.invoices.queries import lines_of_drafts
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting


class AlreadyOpened(DomainError):
    message = _l("This invoice is open already. Void it, or issue a credit note, to take it back.")


class NothingToInvoice(DomainError):
    status = 422
    field = "lines"
    message = _l("This draft has no lines. Add one, or discard the draft.")


class NegativeTotal(DomainError):
    status = 422
    field = "lines"
    message = _l("The total is below zero. Take the credit off another invoice, or issue a credit note for it.")


@dataclass(slots=True)
class Opened:
    """What became invoices, and why the others did not."""

    invoices: list[Invoice] = field(default_factory=list)
    refused: dict[UUID, DomainError] = field(default_factory=dict)


def open_draft(draft_id: UUID, *, by: Actor, now: datetime, notify: bool = False) -> Invoice:
    """Open one draft.

    Raises:
        NotFound: no such document.
        AlreadyOpened, NothingToInvoice, NegativeTotal, DueBeforeIssue
    """
    opened = open_many([draft_id], by=by, now=now, notify=notify)
    if opened.refused:
        raise opened.refused[draft_id]
    return opened.invoices[0]


def open_many(draft_ids: Iterable[UUID], *, by: Actor, now: datetime, notify: bool = False) -> Opened:
    """Open any number of drafts in a constant number of statements; those that cannot be are named and stay drafts.

    Once per transaction: it takes the drafts' locks, then the ledger's, and the series' last. A long list is
    opened in chunks of some thousands, each in a transaction of its own.
    """
    wanted = set(draft_ids)
    found = session.scalars(
        select(InvoiceDraft)
        .where(InvoiceDraft.id.in_(wanted))
        .order_by(InvoiceDraft.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    opened = Opened(refused=_missing(wanted - {row.id for row in found}))
    lines = lines_of_drafts([row.id for row in found])
    composed = [Composed(row, lines.get(row.id, [])) for row in found]
    _open(composed, opened, by=by, now=now, notify=notify)
    ids_opened = [row.id for row in opened.invoices]
    if ids_opened:
        session.execute(delete(InvoiceDraftLine).where(InvoiceDraftLine.draft_id.in_(ids_opened)))
        session.execute(delete(InvoiceDraft).where(InvoiceDraft.id.in_(ids_opened)))
    return opened


def issue_many(wishes: Iterable[DraftWish], *, by: Actor, now: datetime, notify: bool = False) -> Opened:
    """Open what nobody reviews first, without storing a draft; the wishes are those of ``drafting.draft_many``.

    A wish that cannot be opened is named in ``refused`` by its id, and nothing of it is stored.
    """
    opened = Opened()
    composed = compose(wishes, by=by, now=now, kinds=PASSING)
    _open(composed, opened, by=by, now=now, notify=notify)
    issued = {row.id for row in opened.invoices}
    mark_billed([line for each in composed if each.draft.id in issued for line in each.lines])
    return opened


def _missing(draft_ids: set[UUID]) -> dict[UUID, DomainError]:
    there = set(session.scalars(select(Invoice.id).where(Invoice.id.in_(draft_ids)))) if draft_ids else set()
    return {draft_id: AlreadyOpened() if draft_id in there else NotFound() for draft_id in draft_ids}


def _open(composed: Sequence[Composed], opened: Opened, *, by: Actor, now: datetime, notify: bool) -> None:
    sound: dict[UUID | None, list[Composed]] = {}
    sellers: dict[UUID | None, SellerAtHand] = {}
    for each in composed:
        key = seller_id(each.draft.seller, each.draft.sub_account_id)
        seller = sellers.setdefault(key, SellerAtHand(key))
        refusal = fault(each.draft, len(each.lines), today=seller.today(now))
        if refusal is None:
            sound.setdefault(key, []).append(each)
        else:
            opened.refused[each.draft.id] = refusal
    good = [each for part in sound.values() for each in part]
    post(_postings(good, now=now), now=now)
    facts = facts_of(good)
    for key in sorted(sound, key=str):
        opened.invoices += write(sound[key], sellers[key], facts, by=by, now=now)
    if not opened.invoices:
        return
    insert_rows(AuditEntry, [_entry(invoice, by=by, now=now) for invoice in opened.invoices])
    publish(InvoicesOpened(invoices=opened.invoices, at=now))
    if notify:
        tell_opened(opened.invoices, now=now)


def _postings(composed: Sequence[Composed], *, now: datetime) -> list[Posting]:
    costs = costs_of(line for each in composed for line in each.lines)
    postings = []
    for each in composed:
        cost = total_of(costs, each.lines, each.draft.currency)
        postings += opening(each.draft.id, each.draft, each.lines, cost=cost, at=now)
    return postings


def fault(draft: InvoiceDraft, lines: int, *, today: date) -> DomainError | None:
    """Why a draft cannot be opened; None when it can."""
    if not lines:
        return NothingToInvoice()
    if draft.total_micros < 0:
        return NegativeTotal()
    if draft.due_on is not None and draft.due_on < today:
        return DueBeforeIssue()
    return None


def _entry(invoice: Invoice, *, by: Actor, now: datetime) -> dict[str, Any]:
    after = {"number": invoice.number_text, "total": str(invoice.total)}
    return entry("invoice.opened", invoice, by=by, now=now, after=after, sub_account_id=invoice.sub_account_id)
