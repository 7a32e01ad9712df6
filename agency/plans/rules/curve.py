"""The points of a drawing: what growing quantities cost."""

from decimal import ROUND_CEILING, Decimal

from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import ONE, Model, PriceTerms

POINTS = 12
# Where a price has neither tiers nor packages nor an example: a dozen of what it counts.
REACH = Decimal(12)


def curve(terms: PriceTerms, *, quantity: Decimal | None = None) -> list[tuple[Decimal, Money]]:
    """Evenly spaced whole quantities with their price, reaching past the last tier's beginning and the quantity.

    A flat price and a percentage have none: a drawing of them says nothing.
    """
    if terms.model in {Model.FLAT, Model.PERCENTAGE}:
        return []
    reach = max(_reach(terms), quantity or REACH)
    quantities = [(reach * point / POINTS).to_integral_value(ROUND_CEILING) for point in range(1, POINTS + 1)]
    return [(units, evaluate(terms, units).amount) for units in dict.fromkeys(quantities) if units >= ONE]


def _reach(terms: PriceTerms) -> Decimal:
    ends = [tier.up_to for tier in terms.tiers if tier.up_to is not None]
    beyond = max(ends, default=terms.package_size or ONE)
    return terms.included_units + max(beyond * Decimal("1.5"), terms.included_units)
