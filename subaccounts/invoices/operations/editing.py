"""Drafts are changed until they are opened; an invoice never is, but for how its payer is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.money import Money
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.composing import DueBeforeIssue, PeriodTurnedRound, TooManyLines, lines_of
from subaccounts.invoices.operations.releasing import release
from subaccounts.invoices.operations.settling import locked
from subaccounts.invoices.queries import lines_of_drafts
from subaccounts.invoices.rules.lines import LINES_MAX, LineWish
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from wallet.ledger.chart import AccountKind

PLAIN_FIELDS = frozenset({"due_days", "purchase_order", "beneficiary", "notes", "terms", "custom_fields"})
CORRECTABLE = frozenset({"name", "lines", "tax_ids"})


class OpenedNeverChanges(DomainError):
    message = _l("This invoice is open, so it cannot be changed or discarded. Void it, or issue a credit note.")


def locked_draft(draft_id: UUID) -> InvoiceDraft:
    """The draft, kept from others until the transaction ends.

    Raises:
        OpenedNeverChanges: it is an invoice by now.
        NotFound: no such document.
    """
    found = session.scalar(
        select(InvoiceDraft)
        .where(InvoiceDraft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None:
        return found
    if session.scalar(select(Invoice.id).where(Invoice.id == draft_id)) is not None:
        raise OpenedNeverChanges
    raise NotFound


def change_draft(draft_id: UUID, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> InvoiceDraft:
    """Set the given fields: those of ``PLAIN_FIELDS``, ``due_on``, ``period`` (first day, day after the last).

    Raises:
        OpenedNeverChanges, NotFound, DueBeforeIssue, PeriodTurnedRound
    """
    draft = locked_draft(draft_id)
    wanted = {name: value for name, value in changes.items() if name in PLAIN_FIELDS}
    if "custom_fields" in wanted:
        wanted["custom_fields"] = [[label, text] for label, text in wanted["custom_fields"].items() if text]
    record_change("invoice.changed", draft, wanted, by=by, now=now, sub_account_id=draft.sub_account_id)
    if "due_on" in changes:
        due_on = changes["due_on"]
        if due_on and due_on < SellerAtHand(seller_id(draft.seller, draft.sub_account_id)).today(now):
            raise DueBeforeIssue
        draft.due_on = due_on
    if "period" in changes:
        period = changes["period"] or (None, None)
        if period[0] and period[1] <= period[0]:
            raise PeriodTurnedRound
        draft.period_start, draft.period_end = period
    session.flush()
    return draft


def add_line(draft_id: UUID, wish: LineWish, *, by: Actor, now: datetime) -> InvoiceDraft:
    """Write a line below the others. Raises OpenedNeverChanges, NotFound, TooManyLines, AmountTooLarge."""
    return _rewritten(draft_id, lambda lines: [*lines, wish], by=by, now=now)


def change_line(draft_id: UUID, line_id: UUID, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> InvoiceDraft:
    """Change a line written by hand or by a run; its amount follows quantity and unit price. Raises as ``add_line``."""
    wanted = dict(changes)
    if not {"quantity", "unit_price"}.isdisjoint(changes):
        wanted["amount"] = None

    def changed(lines: Sequence[LineWish]) -> list[LineWish]:
        if line_id not in {line.id for line in lines}:
            raise NotFound
        return [replace(line, **wanted) if line.id == line_id else line for line in lines]

    return _rewritten(draft_id, changed, by=by, now=now)


def remove_line(draft_id: UUID, line_id: UUID, *, by: Actor, now: datetime) -> InvoiceDraft:
    """Take a line off; one that a run generated is billed again in the next. Raises as ``change_line``."""
    draft = locked_draft(draft_id)
    taken = [line for line in lines_of_drafts([draft_id]).get(draft_id, []) if line.id == line_id]
    release(draft, taken, again=True, reason=None, now=now)

    def without(lines: Sequence[LineWish]) -> list[LineWish]:
        if line_id not in {line.id for line in lines}:
            raise NotFound
        return [line for line in lines if line.id != line_id]

    return _rewritten(draft_id, without, by=by, now=now)


def discard(
    draft_id: UUID, *, by: Actor, now: datetime, bill_again: bool = True, reason: str | None = None
) -> InvoiceDraft:
    """Delete a draft; the audit log keeps that it was, and generated lines are billed again or never.

    Raises:
        OpenedNeverChanges, NotFound
        ReasonMissing: its lines are never to be billed, and nobody says why.
    """
    draft = locked_draft(draft_id)
    lines = lines_of_drafts([draft.id]).get(draft.id, [])
    release(draft, lines, again=bill_again, reason=reason, now=now)
    session.execute(delete(InvoiceDraftLine).where(InvoiceDraftLine.draft_id == draft.id))
    session.execute(delete(InvoiceDraft).where(InvoiceDraft.id == draft.id))
    session.expunge(draft)
    before = {"payer": draft.payer_name, "total": str(draft.total)}
    after = {"bill_again": bill_again, "reason": reason} if draft.is_generated else {}
    record("invoice.discarded", draft, by=by, now=now, before=before, after=after, sub_account_id=draft.sub_account_id)
    return draft


def correct_payer(invoice_id: UUID, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> Invoice:
    """Correct how the payer is written (``name``, ``lines`` of the address, ``tax_ids``); never the country.

    Raises:
        NotFound: no such invoice.
    """
    invoice = locked([invoice_id])[invoice_id]
    said = invoice.document["payer"] | (invoice.payer_correction or {})
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE and value != said[name]}
    if not wanted:
        return invoice
    invoice.payer_correction = (invoice.payer_correction or {}) | wanted
    invoice.payer_name = invoice.payer_correction.get("name", invoice.payer_name)
    session.flush()
    before = {name: said[name] for name in wanted}
    record(
        "invoice.payer_corrected",
        invoice,
        by=by,
        now=now,
        before=before,
        after=wanted,
        sub_account_id=invoice.sub_account_id,
    )
    return invoice


def _rewritten(
    draft_id: UUID, change: Callable[[Sequence[LineWish]], list[LineWish]], *, by: Actor, now: datetime
) -> InvoiceDraft:
    """Compute the lines anew: the tax of one may depend on the others'."""
    draft = locked_draft(draft_id)
    before = draft.total
    wishes = change([wish_of(line) for line in lines_of_drafts([draft.id]).get(draft.id, [])])
    if len(wishes) > LINES_MAX:
        raise TooManyLines
    session.execute(delete(InvoiceDraftLine).where(InvoiceDraftLine.draft_id == draft.id))
    session.expire_all()
    session.refresh(draft)
    session.add_all(lines_of(draft, wishes))
    session.flush()
    record(
        "invoice.lines_changed",
        draft,
        by=by,
        now=now,
        before={"total": str(before)},
        after={"total": str(draft.total)},
        sub_account_id=draft.sub_account_id,
    )
    return draft


def wish_of(line: InvoiceDraftLine) -> LineWish:
    """A stored line as a wish, so that a document can be computed anew."""
    return LineWish(
        id=line.id,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount=line.amount,
        taxes=line.taxes,
        revenue=AccountKind(line.revenue),
        provider_id=line.provider_id,
        source=line.source,
        wallet=None if line.wallet_micros is None else Money(line.wallet_micros, line.currency),
        replaces=line.replaces_id,
    )
