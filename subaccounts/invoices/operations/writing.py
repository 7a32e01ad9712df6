"""Invoices are written: numbered, and with their documents frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.database.inserting import insert_rows, unsaved
from agency.plans.models.providers import ServiceProvider
from agency.plans.queries import providers_by_id
from subaccounts.invoices.freezing import document_of
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine, State
from subaccounts.invoices.models.sellers import SeriesKind
from subaccounts.invoices.operations import numbering
from subaccounts.invoices.operations.composing import Composed, plain
from subaccounts.invoices.queries import accounts_by_id
from subaccounts.invoices.rules.canonical import digest_of
from subaccounts.invoices.sellers import SellerAtHand
from wallet.billing_accounts.models import BillingAccount

# What an invoice has of its draft, and its lines of the draft's.
KEPT = frozenset(InvoiceDraft.__table__.columns.keys()) & frozenset(Invoice.__table__.columns.keys())
KEPT_OF_LINE = frozenset(InvoiceDraftLine.__table__.columns.keys()) & frozenset(InvoiceLine.__table__.columns.keys())


@dataclass(frozen=True, slots=True)
class Facts:
    """What documents name besides their own rows, each looked up once."""

    accounts: Mapping[UUID, BillingAccount]
    providers: Mapping[UUID, ServiceProvider]


def facts_of(composed: Sequence[Composed]) -> Facts:
    provider_ids = {line.provider_id for each in composed for line in each.lines if line.provider_id}
    accounts = accounts_by_id(each.draft.billing_account_id for each in composed)
    return Facts(accounts, providers_by_id(provider_ids))


def write(
    composed: Sequence[Composed], seller: SellerAtHand, facts: Facts, *, by: Actor, now: datetime
) -> list[Invoice]:
    """Take a range of numbers and write the invoices with their frozen documents."""
    taken = numbering.take(
        seller.sub_account_id,
        SeriesKind.INVOICE,
        seller.terms.invoice_prefix,
        len(composed),
        today=seller.today(now),
    )
    rows = [
        _row(each, taken, number, seller, facts, by=by, now=now)
        for number, each in zip(count(taken.first), composed, strict=False)
    ]
    insert_rows(Invoice, rows)
    insert_rows(InvoiceLine, [_line(each, line) for each in composed for line in each.lines])
    return [unsaved(Invoice, row) for row in rows]


def _row(
    each: Composed,
    taken: numbering.Range,
    number: int,
    seller: SellerAtHand,
    facts: Facts,
    *,
    by: Actor,
    now: datetime,
) -> dict[str, Any]:
    draft = each.draft
    draft.due_on = max(draft.due_on or taken.issued_on + timedelta(days=draft.due_days), taken.issued_on)
    account = facts.accounts[draft.billing_account_id]
    document = document_of(
        draft,
        each.lines,
        seller=seller,
        account=account,
        providers=facts.providers,
        number=taken.text(number),
        issued_on=taken.issued_on,
    )
    settled = draft.wallet_micros == draft.total_micros
    kept = {name: value for name, value in plain(draft).items() if name in KEPT}
    return kept | {
        "payer_name": account.legal_name,
        "state": State.CLOSED if settled else State.OPEN,
        "series_id": taken.series_id,
        "number": number,
        "number_text": taken.text(number),
        "issued_on": taken.issued_on,
        "opened_at": now,
        "opened_by": by.name,
        "paid_micros": 0,
        "credited_micros": 0,
        "written_off_micros": 0,
        "closed_at": now if settled else None,
        "document": document,
        "document_hash": digest_of(document),
    }


def _line(each: Composed, line: InvoiceDraftLine) -> dict[str, Any]:
    kept = {name: value for name, value in plain(line).items() if name in KEPT_OF_LINE}
    return kept | {"invoice_id": each.draft.id, "customer_id": each.draft.customer_id}
