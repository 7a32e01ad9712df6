"""What a percentage of transactions costs, transaction by transaction."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agency.plans.rules.terms import ONE, ZERO, PriceTerms, Step, What

PERCENT = Decimal("0.01")


def percentage(terms: PriceTerms, transactions: Sequence[Decimal]) -> Iterator[Step]:
    """A share of each transaction with its fixed fee, within the bounds per transaction.

    The transactions come in the order they occurred, since the first ones are free.
    """
    charged = list(_charged(terms, transactions))
    if not charged:
        return
    rate = terms.rate_percent * PERCENT
    fees = [value * rate + terms.fixed_fee for value in charged]
    yield Step(what=What.PERCENTAGE, quantity=sum(charged, ZERO), unit_price=rate, cut=_above_maximum(terms, fees))
    if terms.fixed_fee:
        yield Step(what=What.FIXED_FEE, quantity=Decimal(len(charged)), unit_price=terms.fixed_fee)
    if raised := _below_minimum(terms, fees):
        yield Step(what=What.RAISED_TO_MINIMUM, quantity=ONE, unit_price=raised)


def _above_maximum(terms: PriceTerms, fees: Sequence[Decimal]) -> Decimal:
    maximum = terms.transaction_maximum
    return ZERO if maximum is None else sum((max(fee - maximum, ZERO) for fee in fees), ZERO)


def _below_minimum(terms: PriceTerms, fees: Sequence[Decimal]) -> Decimal:
    minimum = terms.transaction_minimum
    return ZERO if minimum is None else sum((max(minimum - fee, ZERO) for fee in fees), ZERO)


def _charged(terms: PriceTerms, transactions: Sequence[Decimal]) -> Iterator[Decimal]:
    """What is left of each transaction after what is free; one that was given back is left out."""
    free_left = terms.included_units
    for index, value in enumerate(transactions):
        free = _free_part(terms, value, index=index, free_left=free_left)
        free_left -= free
        if value > free or value == 0:
            yield value - free


def _free_part(terms: PriceTerms, value: Decimal, *, index: int, free_left: Decimal) -> Decimal:
    """With a free amount and a number of free transactions, the limit reached first ends what is free."""
    if terms.free_transactions is not None and index >= terms.free_transactions:
        return ZERO
    if terms.included_units:
        return max(min(value, free_left), ZERO)
    return ZERO if terms.free_transactions is None else max(value, ZERO)
