"""What a period is topped up to when a client promised to spend at least so much."""

from fractions import Fraction

from agency.foundation.exact import Exact, exact, to_coins
from agency.foundation.money import Money


def true_up(*, commitment: Exact, spent: Money, share: Fraction = Fraction(1)) -> Money:
    """What is missing to the promised amount of a period, of which a ``share`` was lived through."""
    missing = Fraction(commitment) * share - exact(spent)
    return to_coins(max(missing, Fraction(0)), spent.currency)
