"""Usage joins the first bill after its period: to be asked for, or listed as paid from the wallet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from agency.foundation.local_days import local_day
from agency.plans.models.meters import Meter
from agency.plans.rules.tax import TaxTerms
from agency.plans.words import meter_name
from subaccounts.billing_run.operations.wallet_lines import WalletLine
from subaccounts.invoices.rules.lines import LineWish, document_tax
from subaccounts.subscriptions.billing import told
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import TaxBook
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.billing import UsageLine, take_usage
from subaccounts.usage.operations.charging import REVENUE
from wallet.billing_accounts.models import BillingAccount

USAGE = "usage"


def usage_of(bills: Sequence[Bill], *, now: datetime) -> dict[UUID, list[UsageLine]]:
    """By the id of the document that lists it; usage that cost nothing is on none."""
    known = _Choice(bills)
    latest = max(bill.at for bill in bills)
    found: dict[UUID, list[UsageLine]] = {}
    for line in take_usage(known.clients.keys(), known.bill_of, until=latest, now=now):
        if line.amount:
            found.setdefault(line.bill_id, []).append(line)
    return found


class _Choice:
    """The earliest bill since a period ended: of the subscription itself, else of its client."""

    def __init__(self, bills: Sequence[Bill]) -> None:
        self.clients: dict[UUID, list[Bill]] = {}
        for bill in sorted(bills, key=lambda bill: (bill.at, bill.id)):
            self.clients.setdefault(bill.sub_account_id, []).append(bill)

    def bill_of(self, total: UsageTotal) -> UUID | None:
        after = [
            bill
            for bill in self.clients[total.sub_account_id]
            if bill.at >= total.period_end and bill.currency == total.currency
        ]
        own = [bill for bill in after if bill.debtor.subscription_id == total.subscription_id]
        return next((bill.id for bill in [*own, *after]), None)


@dataclass(frozen=True, slots=True)
class UsageWriter:
    """``includes_tax``: the agency's documents show prices with their tax inside."""

    includes_tax: bool
    book: TaxBook = field(default_factory=TaxBook)

    def line(self, used: UsageLine, bill: Bill, account: BillingAccount, zone: ZoneInfo) -> LineWish:
        """What a wallet paid keeps the tax with which it was debited; the rest is taxed as it is billed."""
        taxes = self._taxes(used.price.product.tax_category, account, bill.at)
        amount = used.amount.to_minor()
        [tax] = document_tax([(amount, taxes)], TaxTerms(currency=amount.currency)).line_taxes
        if used.is_prepaid:
            tax = used.tax.to_minor()
        return LineWish(
            description=_said(used, account.locale),
            unit_price=amount.amount,
            amount=amount + tax if self.includes_tax else amount,
            taxes=taxes,
            tax=tax,
            revenue=REVENUE[used.price.product.kind],
            provider_id=used.price.product.provider_id,
            wallet=used.amount + used.tax if used.is_prepaid else None,
            source=_source(used, zone),
        )

    def wallet_line(self, paid: WalletLine, bill: Bill, account: BillingAccount) -> LineWish:
        """What a wallet paid of an app, with the tax with which it was debited."""
        amount, tax = paid.amount.to_minor(), paid.tax.to_minor()
        return LineWish(
            description=paid.description,
            unit_price=amount.amount,
            amount=amount + tax if self.includes_tax else amount,
            taxes=self._taxes(paid.tax_category, account, bill.at),
            tax=tax,
            revenue=paid.revenue,
            wallet=paid.amount + paid.tax,
            source=paid.source,
        )

    def _taxes(self, category: str, account: BillingAccount, at: datetime) -> list[Mapping[str, object]]:
        return [told(tax) for tax in self.book.taxes(category, account, at)]


def _said(used: UsageLine, locale: str) -> str:
    meter: Meter = used.price.meter  # type: ignore[assignment]  # A usage price has one.
    with force_locale(locale):
        return f"{meter_name(meter)}: {used.quantity.normalize():f}"


def _source(used: UsageLine, zone: ZoneInfo) -> Mapping[str, object]:
    """``subscription``: by whose price it was rated; none where the client buys it without one."""
    named = {"subscription": str(used.subscription_id)} if used.subscription_id else {}
    return named | {
        "type": USAGE,
        "id": str(used.total_id),
        "component": str(used.price.id),
        "period_start": local_day(used.period_start, zone).isoformat(),
        "period_end": local_day(used.period_end, zone).isoformat(),
    }
