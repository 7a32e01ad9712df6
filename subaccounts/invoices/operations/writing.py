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
from subaccounts.invoices.operations.composing import Composed
from subaccounts.invoices.queries import accounts_by_id
from subaccounts.invoices.rules.canonical import digest_of
from subaccounts.invoices.sellers import SellerAtHand
from wallet.billing_accounts.models import BillingAccount

# What an invoice has of its draft, and its lines of the draft's.
KEPT = frozenset(InvoiceDraft.__table__.columns.keys()) & frozenset(Invoice.__table__.columns.keys())
KEPT_OF_LINE = frozenset(InvoiceDraftLine.__table__.columns.keys()) & frozenset(InvoiceLine.__table__.columns.keys())

NOTHING_SETTLED = {"paid_micros": 0, "credited_micros": 0, "written_off_micros": 0}


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
    prefix, today = seller.terms.invoice_prefix, seller.today(now)
    taken = numbering.take(seller.sub_account_id, SeriesKind.INVOICE, prefix, len(composed), today=today)
    issue = _Issue(seller, taken, facts, by, now)
    rows = [issue.row(each, number) for number, each in zip(count(taken.first), composed, strict=False)]
    insert_rows(Invoice, rows)
    insert_rows(InvoiceLine, [_line(each, line) for each in composed for line in each.lines])
    return [unsaved(Invoice, row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Issue:
    """What a seller's invoices have in common that are opened together."""

    seller: SellerAtHand
    numbers: numbering.Range
    facts: Facts
    by: Actor
    at: datetime

    def row(self, each: Composed, number: int) -> dict[str, Any]:
        draft, issued_on = each.draft, self.numbers.issued_on
        draft.due_on = max(draft.due_on or issued_on + timedelta(days=draft.due_days), issued_on)
        account = self.facts.accounts[draft.billing_account_id]
        kept = {name: value for name, value in vars(draft).items() if name in KEPT}
        return {**kept, **NOTHING_SETTLED, **self._state(draft), **self._numbered(each, account, number)}

    def _state(self, draft: InvoiceDraft) -> dict[str, Any]:
        """One that wallets paid in full is closed as it is opened."""
        is_settled = draft.wallet_micros == draft.total_micros
        return {
            "state": State.CLOSED if is_settled else State.OPEN,
            "closed_at": self.at if is_settled else None,
            "opened_at": self.at,
            "opened_by": self.by.name,
        }

    def _numbered(self, each: Composed, account: BillingAccount, number: int) -> dict[str, Any]:
        text, issued_on = self.numbers.text(number), self.numbers.issued_on
        document = document_of(
            each.draft,
            each.lines,
            seller=self.seller,
            account=account,
            providers=self.facts.providers,
            number=text,
            issued_on=issued_on,
        )
        return {
            "payer_name": account.legal_name,
            "series_id": self.numbers.series_id,
            "number": number,
            "number_text": text,
            "issued_on": issued_on,
            "document": document,
            "document_hash": digest_of(document),
        }


def _line(each: Composed, line: InvoiceDraftLine) -> dict[str, Any]:
    kept = {name: value for name, value in vars(line).items() if name in KEPT_OF_LINE}
    return kept | {"invoice_id": each.draft.id, "customer_id": each.draft.customer_id}
