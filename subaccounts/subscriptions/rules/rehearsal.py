"""What was billed once, as it would have been billed at another price."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agency.foundation.exact import exact, to_coins
from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import PriceTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """A line as it was billed: ``gross`` before its discount; a credit is below zero.

    ``terms`` are those it was billed by, ``billable`` is the quantity that was paid for, ``share`` the part of a
    period.
    """

    terms: PriceTerms
    billable: int
    share: Fraction
    gross: Money
    discount: Money

    @property
    def net(self) -> Money:
        return self.gross - self.discount

    def asked_by(self, terms: PriceTerms) -> Fraction:
        """The exact price of the share; of what is credited, below zero."""
        price = evaluate(terms, Decimal(self.billable)).exact if self.billable else Decimal(0)
        return Fraction(price) * self.share * (-1 if self.gross.micros < 0 else 1)


def charged_anew(line: Charged, terms: PriceTerms) -> Money:
    """The same line under other terms, with the same part of it taken off, rounded once to a coin.

    A credit gives back what coupons left to pay: it is less than its share of the price, and stays so.
    """
    asked = line.asked_by(line.terms)
    before = exact(line.gross) if to_coins(asked, terms.currency) == line.gross else asked
    kept = exact(line.net) / before if before else Fraction(1)
    return to_coins(line.asked_by(terms) * kept, terms.currency)
