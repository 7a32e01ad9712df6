"""What a credit note takes back of a line, and where the money goes that was paid for it already."""

from dataclasses import dataclass
from fractions import Fraction

from agency.foundation.exact import exact, to_coins
from agency.foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLeft:
    """What earlier notes left of a line."""

    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """``applied`` lowers the invoice's balance; the rest was paid: given back, or kept as credit."""

    applied: Money
    refund: Money
    credit: Money


def is_within(wanted: Money, left: Money) -> bool:
    """Whether it takes no more of the line than there is, and in its direction."""
    return (0 < wanted.micros <= left.micros) or (left.micros <= wanted.micros < 0)


def part_of(left: LineLeft, wanted: Money) -> LineLeft:
    """Net and tax of an amount with tax inside, in the line's own proportion; all of it is exactly all of it."""
    if wanted == left.gross:
        return left
    share = Fraction(wanted.micros, left.gross.micros)
    tax = to_coins(exact(left.tax) * share, wanted.currency)
    return LineLeft(net=wanted - tax, tax=tax)


def split(total: Money, *, balance: Money, paid: Money, refund: Money | None) -> Split | None:
    """Where a note's total goes; None when it is more than what is owed and what was paid together."""
    applied = min(total, balance)
    rest = total - applied
    given_back = refund if refund is not None else Money.zero(total.currency)
    if rest > paid or given_back > rest or given_back.micros < 0:
        return None
    return Split(applied=applied, refund=given_back, credit=rest - given_back)
