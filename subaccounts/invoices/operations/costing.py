"""What the lines of subscriptions cost the agency itself.

It is reckoned from the cost of their price versions, which never change: the same whenever it is posted or taken back.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.exact import exact, to_micros
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.prices import PriceCost
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import PriceTerms
from subaccounts.invoices.models.credit_notes import CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraftLine
from subaccounts.invoices.models.invoices import InvoiceLine

Billable = InvoiceLine | InvoiceDraftLine
Booked = Billable | CreditNoteLine


def sees_costs() -> bool:
    """Costs lie behind the agency's own wall: where the scope is narrowed, a job posts them afterwards."""
    return scope.sub_account_id() is None


def costs_of(lines: Iterable[Booked]) -> dict[UUID, Money]:
    """By line, below zero for a credit; lines without a cost are left out, and all are where it cannot be seen."""
    priced = [(line, UUID(line.source["price"])) for line in lines if line.source and "price" in line.source]
    price_ids = {price_id for _line, price_id in priced}
    if not price_ids:
        return {}
    rows = session.execute(select(PriceCost.price_id, PriceCost.terms).where(PriceCost.price_id.in_(price_ids)))
    terms = {row.price_id: row.terms for row in rows}
    return {line.id: _cost(terms[price_id], line) for line, price_id in priced if price_id in terms}


def total_of(costs: Mapping[UUID, Money], lines: Iterable[Booked], currency: str) -> Money:
    """Of a document's lines, whose costs ``costs_of`` told with those of others."""
    return Money.sum((costs[line.id] for line in lines if line.id in costs), currency)


def part_of_cost(cost: Money, line: Billable, net: Money) -> Money:
    """What is taken back of a line's cost with so much of its net."""
    if not line.net_micros:
        return Money.zero(cost.currency)
    return to_micros(exact(cost) * Fraction(net.micros, line.net_micros), cost.currency)


def _cost(terms: PriceTerms, line: Booked) -> Money:
    """Of the same quantity and share of a period that the line bills; what coupons take is the agency's own loss."""
    source = line.source or {}
    whole = exact(evaluate(terms, Decimal(source["quantity"])).amount)
    sign = -1 if line.amount_micros < 0 else 1
    return to_micros(whole * Fraction(source["share"]) * sign, terms.currency)
