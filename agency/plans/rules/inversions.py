"""Where a price asks less for more."""

from dataclasses import dataclass
from decimal import Decimal

from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import ONE, Model, PriceTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class CheaperForMore:
    """``more`` units cost less than ``fewer``: the last quantity of a tier against the first of the next."""

    tier: int
    fewer: Decimal
    fewer_amount: Money
    more: Decimal
    more_amount: Money


def cheaper_for_more(terms: PriceTerms, *, unit: Decimal = ONE) -> list[CheaperForMore]:
    """Each end of a volume tier where one more unit lowers the bill; ``unit`` is the smallest quantity sold.

    Within a tier a bill only grows, so looking at the ends misses nothing.
    """
    if terms.model is not Model.VOLUME:
        return []
    ends = [(number, tier.up_to) for number, tier in enumerate(terms.tiers, start=1) if tier.up_to is not None]
    seen = [_compare(terms, number, terms.included_units + end, unit) for number, end in ends]
    return [pair for pair in seen if pair.more_amount < pair.fewer_amount]


def _compare(terms: PriceTerms, tier: int, fewer: Decimal, unit: Decimal) -> CheaperForMore:
    return CheaperForMore(
        tier=tier,
        fewer=fewer,
        fewer_amount=evaluate(terms, fewer).amount,
        more=fewer + unit,
        more_amount=evaluate(terms, fewer + unit).amount,
    )
