"""What price terms would ask for a quantity, what that costs the agency, and where they ask less for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.inversions import CheaperForMore, cheaper_for_more
from agency.plans.rules.resale import sell
from agency.plans.rules.terms import ZERO, PriceTerms, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """``amount`` with its ``steps``; ``cost`` and ``margin`` where the wholesale cost is known."""

    amount: Money
    exact: Decimal
    steps: tuple[Step, ...]
    cost: Money | None
    cheaper_for_more: list[CheaperForMore]

    @property
    def margin(self) -> Money | None:
        return None if self.cost is None else self.amount - self.cost


def appraise(
    terms: PriceTerms,
    quantity: Decimal | None,
    *,
    wholesale_cost: Decimal | None = None,
    transactions: Sequence[Decimal] = (),
    closing: bool = True,
) -> Appraisal:
    """Evaluate terms as they would be sold, storing nothing; without a quantity the transactions are it.

    Raises:
        PriceRefused: faults of the terms, each at its field.
    """
    sale = sell(terms, wholesale_cost=wholesale_cost)
    units = ZERO if quantity is None else quantity
    found = evaluate(sale.retail, units, transactions=transactions, closing=closing)
    paid = evaluate(sale.cost, units, transactions=transactions, closing=closing) if sale.cost else None
    return Appraisal(
        amount=found.amount,
        exact=found.exact,
        steps=found.steps,
        cost=paid.amount if paid else None,
        cheaper_for_more=cheaper_for_more(sale.retail),
    )
