"""What a reading costs: its client, its agency, and in tax."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from agency.foundation.exact import exact, to_micros
from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import PriceTerms
from subaccounts.usage.rules.measuring import Reading

PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """``transactions`` are the values of a percentage's, in the order in which they occurred."""

    reading: Reading
    transactions: Sequence[Decimal] = ()

    @property
    def is_nothing(self) -> bool:
        return self.reading == Reading()


def price_of(terms: PriceTerms, basis: Basis, *, included: Decimal, closing: bool = False) -> Money:
    """All usage of a period so far. Without an event nothing is asked but, at the end, what a minimum asks."""
    if basis.is_nothing and not (closing and terms.minimum):
        return Money.zero(terms.currency)
    wider = replace(terms, included_units=terms.included_units + included) if included else terms
    return evaluate(wider, basis.reading.quantity, transactions=basis.transactions, closing=closing).amount


def ended_terms(terms: PriceTerms, minimum_share: Fraction) -> PriceTerms:
    """The terms of a period that is over, with the part of their minimum that is asked of it, to a micro."""
    if terms.minimum is None:
        return terms
    part = to_micros(Fraction(terms.minimum) * minimum_share, terms.currency)
    return replace(terms, minimum=Decimal(part.micros).scaleb(-6))


def tax_between(before: Money, after: Money, percents: Iterable[Decimal]) -> Money:
    """The tax that a change of the price brings; each side is rounded once, so that any number of changes sum up."""
    rate = sum((Fraction(percent) for percent in percents), Fraction()) / PERCENT
    return to_micros(exact(after) * rate, after.currency) - to_micros(exact(before) * rate, before.currency)
