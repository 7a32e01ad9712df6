"""What more usage of a period costs: the price of all of it, less the price of what was rated before."""

from dataclasses import dataclass
from decimal import Decimal

from agency.foundation.exact import exactly
from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import ZERO, Evaluation, PriceTerms, Step, What

StepKey = tuple[What, int | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageTotal:
    """All usage of one meter in one period so far; the transactions only where a percentage needs them."""

    quantity: Decimal = ZERO
    transactions: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """By how much one step grew; a ``cut`` is what a maximum took from it."""

    what: What
    tier: int | None
    code: str | None
    quantity: Decimal
    gross: Decimal
    cut: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Increment:
    """The charge for a batch; negative where the price fell or usage was taken back."""

    amount: Money
    changes: tuple[Change, ...]


def rate_increment(terms: PriceTerms, *, before: UsageTotal, after: UsageTotal, closing: bool = False) -> Increment:
    """The charge for what came between two totals.

    Both prices are rounded to micros before they are subtracted, so any number of batches in any order sum to
    the price of the total. A minimum is asked once, by the increment that closes the period.
    """
    old = evaluate(terms, before.quantity, transactions=before.transactions, closing=False)
    new = evaluate(terms, after.quantity, transactions=after.transactions, closing=closing)
    return Increment(amount=new.amount - old.amount, changes=_changes(old, new))


def _changes(old: Evaluation, new: Evaluation) -> tuple[Change, ...]:
    was = {_key(step): step for step in old.steps}
    became = {_key(step): step for step in new.steps}
    both = [_change(key, was.get(key), became.get(key)) for key in {**was, **became}]
    return tuple(change for change in both if change.quantity or change.gross or change.cut)


def _key(step: Step) -> StepKey:
    return step.what, step.tier, step.code


def _change(key: StepKey, old: Step | None, new: Step | None) -> Change:
    nothing = Step(what=key[0], quantity=ZERO, unit_price=ZERO)
    old, new = old or nothing, new or nothing
    with exactly():
        return Change(
            what=key[0],
            tier=key[1],
            code=key[2],
            quantity=new.quantity - old.quantity,
            gross=new.gross - old.gross,
            cut=new.cut - old.cut,
            amount=new.amount - old.amount,
        )
