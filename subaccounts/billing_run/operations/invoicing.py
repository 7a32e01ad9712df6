"""Bills become the agency's invoices: opened at once, or drafted until the agency's time to look at them is over.

Those below zero become its credit notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from agency.foundation.actor import PLATFORM
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.local_days import local_day
from agency.plans.models.prices import Price
from agency.plans.rules.components import ProductKind
from agency.tenants.models import SubAccount
from subaccounts.billing_run.operations.combining import documents
from subaccounts.billing_run.operations.usage_lines import UsageWriter
from subaccounts.billing_run.operations.wallet_lines import WalletLine
from subaccounts.billing_run.operations.wording import Wording, quantity_of
from subaccounts.billing_run.queries import last_invoices
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.composing import DraftWish
from subaccounts.invoices.operations.drafting import draft_many
from subaccounts.invoices.operations.giving import give_back
from subaccounts.invoices.operations.opening import issue_many
from subaccounts.invoices.operations.releasing import waiting
from subaccounts.invoices.rules.lines import LineWish
from subaccounts.invoices.sellers import terms_of
from subaccounts.subscriptions.bills import Bill, BillLine
from subaccounts.subscriptions.models.subscriptions import Collection
from subaccounts.usage.operations.billing import UsageLine
from wallet.billing_accounts.models import BillingAccount, Payer, PayerKind
from wallet.ledger.chart import AccountKind

SUBSCRIPTION = "subscription"
ONE_DAY = timedelta(days=1)
REVENUE = {
    ProductKind.SAAS_PLAN: AccountKind.REVENUE_PLANS,
    ProductKind.RESOLD_SERVICE: AccountKind.REVENUE_RESALE,
    ProductKind.MARKETPLACE_APP: AccountKind.REVENUE_MARKETPLACE,
}


Usage = Mapping[UUID, Sequence[UsageLine]]
Paid = Mapping[UUID, Sequence[WalletLine]]


def invoice(bills: Sequence[Bill], usage: Usage, paid: Paid, *, now: datetime) -> None:
    """Bills of one id are a document, which has that id; what a discarded or voided one set free joins the next.

    Raises:
        DomainError: a document could not be opened; the agency's records of its client need a look.
    """
    wishes = _wishes(bills, usage, paid, again=True)
    if terms_of(None).grace_hours != 0:
        draft_many(wishes, by=PLATFORM, now=now)
        return
    refused = issue_many(wishes, by=PLATFORM, now=now).refused
    for refusal in refused.values():
        raise refusal


def credit(bills: Sequence[Bill], *, now: datetime) -> None:
    """Bills of one id that come to less than zero are a credit note, which names the last invoice of what it gives."""
    wishes = _wishes(bills, {}, {}, again=False)
    reasons = {wish.id: _unused(wish.account.locale) for wish in wishes}
    give_back(wishes, reasons, _named(bills), by=PLATFORM, now=now)


def _named(bills: Sequence[Bill]) -> dict[UUID, Invoice]:
    """By document: the last invoice of what it gives back, where there is one."""
    last = last_invoices({bill.debtor.subscription_id: bill.sub_account_id for bill in bills})
    found: dict[UUID, Invoice] = {}
    for bill in bills:
        invoice = last.get(bill.debtor.subscription_id)
        if invoice is not None and (bill.id not in found or found[bill.id].id < invoice.id):
            found[bill.id] = invoice
    return found


def _unused(locale: str) -> str:
    with force_locale(locale):
        return str(_("Billed and not used"))


def prices_of(bills: Sequence[Bill]) -> dict[UUID, Price]:
    """The prices of their lines, with their products."""
    price_ids = {line.price_id for bill in bills for line in bill.lines}
    rows = session.scalars(select(Price).where(Price.id.in_(price_ids)).options(joinedload(Price.product)))
    return {row.id: row for row in rows}


def _wishes(bills: Sequence[Bill], usage: Usage, paid: Paid, *, again: bool) -> list[DraftWish]:
    """``again``: with what discarded and voided documents set free."""
    payers = _payers({bill.sub_account_id for bill in bills})
    released = dict(waiting(payer.account.id for payer in payers.values())) if again else {}
    includes_tax = terms_of(None).prices_include_tax
    writer, used = _Writer(Wording(prices_of(bills)), includes_tax), UsageWriter(includes_tax)
    wishes = []
    for document in documents(bills):
        first = document[0]
        payer = payers[first.sub_account_id, first.currency]
        metered = usage.get(first.id, ())
        also = [used.line(line, first, payer.account, payer.zone) for line in metered]
        also += [used.wallet_line(line, first, payer.account) for line in paid.get(first.id, ())]
        # What was set free joins the first document of its client.
        also += released.pop(payer.account.id, ())
        lines: Sequence[BillLine | UsageLine] = [line for bill in document for line in bill.lines] or metered
        start, end = min(line.period_start for line in lines), max(line.period_end for line in lines)
        period = _days(start, end, payer.zone)
        wishes.append(writer.document(document, payer, period=period, also=also))
    return wishes


def _payers(sub_account_ids: set[UUID]) -> Mapping[tuple[UUID, str], "_Payer"]:
    rows = session.execute(
        select(BillingAccount, SubAccount.time_zone)
        .join(Payer, (Payer.agency_id == BillingAccount.agency_id) & (Payer.id == BillingAccount.payer_id))
        .join(SubAccount, (SubAccount.agency_id == Payer.agency_id) & (SubAccount.id == Payer.sub_account_id))
        .where(Payer.sub_account_id == any_of(sub_account_ids), Payer.kind == PayerKind.SUB_ACCOUNT)
    )
    return {(row.sub_account_id, row.currency): _Payer(row, ZoneInfo(time_zone)) for row, time_zone in rows}


class _Payer(NamedTuple):
    """``zone``: its periods begin and end at its own midnights."""

    account: BillingAccount
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class _Writer:
    """Where the agency's documents show prices with tax, each line has its tax inside.

    Bills that are alike share their lines: what is said of one in a language and a zone is made once.
    """

    wording: Wording
    includes_tax: bool
    said: dict[tuple[int, str, str], dict[str, Any]] = field(default_factory=dict)

    def document(
        self, bills: Sequence[Bill], payer: _Payer, *, period: tuple[date, date], also: Sequence[LineWish]
    ) -> DraftWish:
        debtor = bills[0].debtor
        return DraftWish(
            id=bills[0].id,
            account=payer.account,
            seller=Seller.AGENCY,
            lines=[*(self._line(line, bill, payer) for bill in bills for line in bill.lines), *also],
            period=period,
            due_days=debtor.due_days if debtor.collection is Collection.INVOICE else 0,
            is_generated=True,
        )

    def _line(self, line: BillLine, bill: Bill, payer: _Payer) -> LineWish:
        key = (id(line), payer.account.locale, payer.zone.key)
        if key not in self.said:
            self.said[key] = self._said(line, payer)
        said = self.said[key]
        return LineWish(**(said | {"source": said["source"] | {"id": str(bill.debtor.subscription_id)}}))

    def _said(self, line: BillLine, payer: _Payer) -> dict[str, Any]:
        quantity, unit_price = quantity_of(line)
        product = self.wording.prices[line.price_id].product
        return {
            "description": self.wording.of(line, payer.account.locale),
            "quantity": quantity,
            "unit_price": unit_price,
            "amount": line.amount + line.tax if self.includes_tax else line.amount,
            "taxes": line.taxes,
            "tax": line.tax,
            "revenue": REVENUE[product.kind],
            "provider_id": product.provider_id,
            "source": _source(line, payer.zone),
        }


def _source(line: BillLine, zone: ZoneInfo) -> dict[str, Any]:
    """With what its cost is reckoned from; the subscription's id joins it."""
    start, end = _days(line.period_start, line.period_end, zone)
    return {
        "type": SUBSCRIPTION,
        "component": line.component,
        "price": str(line.price_id),
        "quantity": str(line.quantity),
        "share": str(line.share),
        "period_start": start.isoformat(),
        "period_end": end.isoformat(),
    }


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """First day and the day after the last; a part of a day is a day."""
    first, last = local_day(start, zone), local_day(end, zone)
    return first, max(last, first + ONE_DAY)
