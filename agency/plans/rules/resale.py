"""A price as a client reads it, without the agency's markup in it, and what the same thing costs the agency."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.exact import exactly
from agency.plans.rules.faults import PriceFault, PriceRefused, faults, refuse_faults
from agency.plans.rules.terms import ONE, ZERO, Model, PriceTerms, Tier

# What these models charge for is not the unit itself, so their wholesale cost is of the same thing.
COSTED_ALIKE = (Model.FLAT, Model.PACKAGE)
MARKED_UP = ("unit_price", "tiers", "rate_percent", "fixed_fee", "transaction_minimum", "transaction_maximum")


class OwnPriceAndMarkup(PriceFault):
    message = _l("Give either your own price, or a wholesale cost with a markup.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """``retail`` is what a client pays, its markup inside the amounts; ``cost`` is what the agency pays for it."""

    retail: PriceTerms
    cost: PriceTerms | None


def sell(terms: PriceTerms, *, wholesale_cost: Decimal | None = None) -> Sale:
    """Read what a seller wrote.

    With a markup the amounts are wholesale and clients pay them times it. A ``wholesale_cost`` is that of one unit,
    package or flat price: with a markup it stands in for the unit price, without one the terms are the own price.

    Raises:
        PriceRefused: with every fault at its field.
    """
    if wholesale_cost is not None:
        _refuse_cost(wholesale_cost, terms.currency)
    if terms.markup == ONE:
        refuse_faults(terms)
        return Sale(retail=terms, cost=None if wholesale_cost is None else _cost_of_own_price(terms, wholesale_cost))
    if wholesale_cost is not None and terms.unit_price not in {ZERO, wholesale_cost}:
        raise PriceRefused([OwnPriceAndMarkup("markup")])
    wholesale = terms if wholesale_cost is None else replace(terms, unit_price=wholesale_cost)
    refuse_faults(wholesale)
    retail = _marked_up(wholesale)
    refuse_faults(retail)
    return Sale(retail=retail, cost=_without_favours(replace(wholesale, markup=ONE)))


def _refuse_cost(wholesale_cost: Decimal, currency: str) -> None:
    found = faults(PriceTerms(model=Model.FLAT, currency=currency, unit_price=wholesale_cost))
    if moved := [type(fault)("wholesale_cost") for fault in found]:
        raise PriceRefused(moved)


def _cost_of_own_price(terms: PriceTerms, wholesale_cost: Decimal) -> PriceTerms:
    model = terms.model if terms.model in COSTED_ALIKE else Model.PER_UNIT
    return _without_favours(
        PriceTerms(
            model=model,
            currency=terms.currency,
            unit_price=wholesale_cost,
            package_size=terms.package_size,
            pass_through=terms.pass_through,
        )
    )


def _without_favours(terms: PriceTerms) -> PriceTerms:
    """What a client gets for nothing, or is bounded to, the agency still pays in full."""
    return replace(terms, included_units=ZERO, free_transactions=None, minimum=None, maximum=None)


def _marked_up(terms: PriceTerms) -> PriceTerms:
    factor = terms.markup
    with exactly():
        return replace(
            terms,
            markup=ONE,
            unit_price=terms.unit_price * factor,
            rate_percent=terms.rate_percent * factor,
            fixed_fee=terms.fixed_fee * factor,
            transaction_minimum=_times(terms.transaction_minimum, factor),
            transaction_maximum=_times(terms.transaction_maximum, factor),
            tiers=tuple(_tier(tier, factor) for tier in terms.tiers),
        )


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor


def _tier(tier: Tier, factor: Decimal) -> Tier:
    return replace(tier, unit_price=tier.unit_price * factor, flat_fee=tier.flat_fee * factor)


def written(retail: PriceTerms, cost: PriceTerms | None, markup: Decimal | None) -> tuple[PriceTerms, Decimal | None]:
    """What ``sell`` read to make them: the terms to edit, and the wholesale cost beside an own price."""
    if cost is None:
        return retail, None
    if markup is None:
        return retail, cost.unit_price
    bought = {name: getattr(cost, name) for name in MARKED_UP}
    return replace(retail, markup=markup, **bought), None
