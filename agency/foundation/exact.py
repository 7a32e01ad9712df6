"""Arithmetic that loses no digit, and the door through which its result becomes an amount.

Sums and products of decimals stay decimals inside ``exactly()``; a quotient is a ``Fraction``. Either is
rounded once, half away from zero, straight to the unit wanted: a cent taken from a rounded micro would be
rounded twice.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TypeAlias

from agency.foundation.money import MICROS, Money, minor_unit

Exact: TypeAlias = Decimal | Fraction

# Quantity, unit price and markup carry 38 digits each; a sum of many such products stays far below this.
_LOSSLESS = Context(prec=300, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


def exactly() -> AbstractContextManager[Context]:
    """Inside the block a decimal operation that would lose a digit raises ``decimal.Inexact``."""
    return localcontext(_LOSSLESS)


def half_away(value: Exact) -> int:
    """The nearest whole number; a half goes away from zero."""
    numerator, denominator = value.as_integer_ratio()
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def to_micros(value: Exact, currency: str) -> Money:
    """Major units, rounded once to a micro."""
    return Money(half_away(Fraction(value) * MICROS), currency)


def to_coins(value: Exact, currency: str) -> Money:
    """Major units, rounded once to the currency's smallest coin: an invoice line."""
    coin = minor_unit(currency)
    return Money(half_away(Fraction(value) * MICROS / coin) * coin, currency)


def exact(money: Money) -> Fraction:
    """Major units without a rounding."""
    return Fraction(money.micros, MICROS)


def apportion(units: int, weights: Sequence[Exact]) -> list[int]:
    """Share whole units in proportion; what does not divide goes to the largest remainders, earlier first.

    Raises:
        ValueError: a weight is negative, or all are zero.
    """
    if not weights or min(weights) < 0 or not any(weights):
        raise ValueError("weights are non-negative and not all zero")
    total = sum((Fraction(weight) for weight in weights), Fraction())
    shares = [divmod(abs(units) * Fraction(weight), total) for weight in weights]
    counts = [int(whole) for whole, _ in shares]
    missing = abs(units) - sum(counts)
    for index in sorted(range(len(shares)), key=lambda index: -shares[index][1])[:missing]:
        counts[index] += 1
    return [count if units >= 0 else -count for count in counts]


def to_coins_together(values: Sequence[Exact], currency: str) -> list[Money]:
    """Round each value to a coin so that they sum to the rounded sum: each strays less than one coin."""
    rounded = [
        to_coins(running, currency) for running in accumulate((Fraction(value) for value in values), initial=Fraction())
    ]
    return [after - before for before, after in pairwise(rounded)]
