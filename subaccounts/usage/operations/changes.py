"""By how much a rating changes each total: in quantity, price, tax and cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from agency.plans.rules.tax import Treatment
from agency.plans.rules.terms import Model, PriceTerms
from subaccounts.subscriptions.holdings import TaxBook, accounts
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.transactions import Transactions, transactions
from subaccounts.usage.rules.measuring import Latest, Measure, Reading, read_on
from subaccounts.usage.rules.pricing import Basis, ended_terms, price_of, tax_between
from subaccounts.usage.tariffs import Span
from wallet.billing_accounts.models import BillingAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One charge to be: ``amount`` and ``tax`` below zero give back."""

    span: Span
    total: UsageTotal
    price: Price
    before: Decimal
    after: Decimal
    events: int
    amount: Money
    tax: Money
    cost: Money
    id: UUID = field(default_factory=ids.new_id)

    @property
    def gross(self) -> Money:
        return self.amount + self.tax


class Pricing:
    """Prices what was measured, total by total, and moves the totals on."""

    def __init__(self, spans: Iterable[Span], *, now: datetime) -> None:
        self.now = now
        self.accounts: dict[UUID, BillingAccount] = accounts({span.sub_account.id for span in spans})
        self.taxes = TaxBook()

    def changes(
        self, spans: Sequence[Span], totals: Sequence[UsageTotal], found: Sequence[Measure], batch_ids: Sequence[UUID]
    ) -> list[Change]:
        """A change for each span that has a price; the others are counted alone."""
        changes = []
        for span, total, measure in zip(spans, totals, found, strict=True):
            before = _reading(total)
            after = read_on(span.meter.aggregation, before, measure)
            _move(total, after)
            price = span.tariff.price
            if price is not None:
                values = transactions(span, total, batch_ids) if _by_transaction(price) else Transactions()
                bases = Basis(reading=before, transactions=values.before), Basis(reading=after, transactions=values.all)
                changes.append(self._change(span, total, price, *bases, events=measure.events + measure.taken_back))
        return changes

    def closing(self, span: Span, total: UsageTotal) -> Change:
        """What a price asks at least, once its period is over."""
        price = span.tariff.price
        if price is None:
            raise ValueError("what has no price asks nothing")
        values = transactions(span, total, ()) if _by_transaction(price) else Transactions()
        basis = Basis(reading=_reading(total), transactions=values.all)
        return self._change(span, total, price, basis, basis, events=0, closing=True)

    def _change(
        self,
        span: Span,
        total: UsageTotal,
        price: Price,
        before: Basis,
        after: Basis,
        *,
        events: int,
        closing: bool = False,
    ) -> Change:
        charged = total.charge
        terms = ended_terms(price.terms, span.minimum_share) if closing else price.terms
        asked = price_of(terms, after, included=total.included, closing=closing)
        tax = self._tax(span, total, charged, asked) if total.is_prepaid else Money.zero(total.currency)
        total.charge_micros = asked.micros
        total.tax_micros += tax.micros
        return Change(
            span=span,
            total=total,
            price=price,
            before=before.reading.quantity,
            after=after.reading.quantity,
            events=events,
            amount=asked - charged,
            tax=tax,
            cost=_cost(price, before, after),
        )

    def _tax(self, span: Span, total: UsageTotal, before: Money, after: Money) -> Money:
        account = self.accounts.get(span.sub_account.id)
        if account is None or span.tariff.price is None:
            return Money.zero(total.currency)
        taxes = self.taxes.taxes(span.tariff.price.product.tax_category, account, self.now)
        if any(tax.treatment is not Treatment.TAXED for tax in taxes):
            return Money.zero(total.currency)
        return max(tax_between(before, after, (tax.percent for tax in taxes)), -total.tax)


def _reading(total: UsageTotal) -> Reading:
    latest = None
    if total.latest_at is not None and total.latest_id is not None:
        latest = Latest(total.latest_at, total.latest_id, total.quantity)
    return Reading(quantity=total.quantity, events=total.events, latest=latest)


def _move(total: UsageTotal, after: Reading) -> None:
    total.quantity, total.events = after.quantity, after.events
    if after.latest is not None:
        total.latest_at, total.latest_id = after.latest.at, after.latest.id


def _by_transaction(price: Price) -> bool:
    cost = price.cost.terms if price.cost else None
    return any(terms is not None and terms.model is Model.PERCENTAGE for terms in (price.terms, cost))


def _cost(price: Price, before: Basis, after: Basis) -> Money:
    """What it costs the agency is paid in full: no units are included there."""
    terms: PriceTerms | None = price.cost.terms if price.cost else None
    if terms is None:
        return Money.zero(price.currency)
    none = Decimal(0)
    return price_of(terms, after, included=none) - price_of(terms, before, included=none)
