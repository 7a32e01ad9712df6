"""What a price asks for a quantity, and the steps that lead there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from agency.foundation.exact import exactly, to_micros
from agency.plans.rules.percentage import percentage
from agency.plans.rules.terms import ONE, ZERO, Evaluation, Model, PriceTerms, Step, What
from agency.plans.rules.tiers import graduated, packages, volume


def evaluate(
    terms: PriceTerms, quantity: Decimal, *, transactions: Sequence[Decimal] = (), closing: bool = True
) -> Evaluation:
    """The price of a period's whole quantity.

    In this order: included units, the model, markup, maximum, minimum, pass-through fees. So a fee that is
    handed on is neither marked up nor bounded. A percentage looks at ``transactions``, in the order they
    occurred, and takes the quantity as the only one where there are none. The minimum is asked only when the
    period is ``closing``. A quantity below zero, left by corrections, counts as none.
    """
    with exactly():
        steps = _bounded(terms, _marked_up(terms, _priced(terms, max(quantity, ZERO), transactions)), closing=closing)
        steps += _handed_on(terms, quantity)
        total = sum((step.amount for step in steps), ZERO)
    return Evaluation(amount=to_micros(total, terms.currency), exact=total, steps=tuple(steps))


def beyond_included(terms: PriceTerms, quantity: Decimal) -> Decimal:
    return max(quantity - terms.included_units, ZERO)


def _priced(terms: PriceTerms, quantity: Decimal, transactions: Sequence[Decimal]) -> Iterator[Step]:
    if terms.model is Model.PERCENTAGE:
        yield from percentage(terms, transactions or ((quantity,) if quantity else ()))
        return
    billable = beyond_included(terms, quantity)
    if terms.included_units and terms.model is not Model.FLAT:
        yield Step(what=What.INCLUDED, quantity=quantity - billable, unit_price=ZERO)
    yield from _by_model(terms, billable)


def _by_model(terms: PriceTerms, quantity: Decimal) -> Iterable[Step]:
    match terms.model:
        case Model.GRADUATED:
            return graduated(terms.tiers, quantity, first_fee_at_zero=terms.first_fee_at_zero)
        case Model.VOLUME:
            return volume(terms.tiers, quantity, first_fee_at_zero=terms.first_fee_at_zero)
        case Model.PACKAGE:
            count = packages(quantity, terms.package_size or ONE)
            return [Step(what=What.PACKAGES, quantity=count, unit_price=terms.unit_price)]
        case Model.PER_UNIT:
            return [Step(what=What.UNITS, quantity=quantity, unit_price=terms.unit_price)]
        case _:
            return [Step(what=What.FLAT, quantity=ONE, unit_price=terms.unit_price)]


def _marked_up(terms: PriceTerms, steps: Iterable[Step]) -> list[Step]:
    """The markup is inside each unit price, so that what a client reads does not give away the cost."""
    return [replace(step, unit_price=step.unit_price * terms.markup, cut=step.cut * terms.markup) for step in steps]


def _bounded(terms: PriceTerms, steps: list[Step], *, closing: bool) -> list[Step]:
    bounded = steps if terms.maximum is None else _cut(steps, terms.maximum)
    total = sum((step.amount for step in bounded), ZERO)
    if closing and terms.minimum is not None and total < terms.minimum:
        bounded.append(Step(what=What.MINIMUM, quantity=ONE, unit_price=terms.minimum - total))
    return bounded


def _cut(steps: list[Step], maximum: Decimal) -> list[Step]:
    """The first steps fill the maximum; what does not fit is cut from the step it belongs to."""
    left = maximum
    cut = []
    for step in steps:
        over = max(step.amount - left, ZERO)
        cut.append(replace(step, cut=step.cut + over))
        left -= step.amount - over
    return cut


def _handed_on(terms: PriceTerms, quantity: Decimal) -> list[Step]:
    billable = beyond_included(terms, quantity)
    return [
        Step(what=What.AT_COST, quantity=billable, unit_price=fee.unit_price, code=fee.code)
        for fee in terms.pass_through
        if billable
    ]
