"""Drafts: made one or many at a time, nobody but the seller knows of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.inserting import insert_rows
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.operations.composing import Composed, DraftWish, compose, plain
from subaccounts.invoices.operations.releasing import mark_billed


def draft_many(wishes: Iterable[DraftWish], *, by: Actor, now: datetime) -> list[InvoiceDraft]:
    """Store any number of drafts in a constant number of statements; one wish may become one for each provider.

    How a billing run uses it: one ``DraftWish`` for each payer, currency and period, ``is_generated=True``, and a
    ``LineWish`` for each billed line with ``source`` (``asdict(LineSource(type="subscription", id=..., component=...,
    period_start=..., period_end=...))``), ``revenue`` (the account it earns on), ``taxes`` as ``BilledLine.taxes``
    keeps them, and ``tax`` where it is known already. Usage that a wallet paid has ``wallet``, exact and with its
    tax: it is listed, not asked for, and not posted again. ``operations.releasing.waiting`` gives the lines that a
    discarded draft or a voided invoice left to be billed again: put them among the lines, their ``replaces`` set.
    Where nobody reviews drafts, ``opening.issue_many`` with the same wishes opens at once and stores no draft;
    else ``open_at`` (from the seller's ``grace_hours``) tells when each opens by itself.

    Raises:
        AmountTooLarge, TooManyLines, TaxReasonMissing, TaxRateOutOfRange, PeriodTurnedRound
    """
    composed = compose(wishes, by=by, now=now)
    store(composed)
    for each in composed:
        if not each.draft.is_generated:
            record("invoice.drafted", each.draft, by=by, now=now, sub_account_id=each.draft.sub_account_id)
    return [each.draft for each in composed]


def draft(wish: DraftWish, *, by: Actor, now: datetime) -> InvoiceDraft:
    """One of them, for a person."""
    return draft_many([wish], by=by, now=now)[0]


def store(composed: Sequence[Composed]) -> None:
    """The drafts, then their lines."""
    lines = [line for each in composed for line in each.lines]
    if composed:
        insert_rows(InvoiceDraft, [plain(each.draft) for each in composed])
    if lines:
        insert_rows(InvoiceDraftLine, [plain(line) for line in lines])
        mark_billed(lines)
