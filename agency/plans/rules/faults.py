"""Why price terms cannot be sold: every fault, each with the tier or field it stands at."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.faults import Refused
from agency.plans.rules.terms import ONE, ZERO, Model, PriceTerms, Tier

# As stored: numeric(38, 18).
DECIMALS_MAX = 18
DIGITS_MAX = 20


class PriceFault(DomainError):
    """One thing wrong with price terms; ``values["tier"]`` counts from 1."""

    status = 422

    def __init__(self, field: str, **values: object) -> None:
        super().__init__(**values)
        self.field = field


class TiersMissing(PriceFault):
    message = _l("This price needs at least one tier.")


class TierHole(PriceFault):
    message = _l("Tier %(tier)s leaves a gap: it has to begin where the tier before it ends.")


class TierOverlap(PriceFault):
    message = _l("Tier %(tier)s begins inside the tier before it.")


class TierOutOfOrder(PriceFault):
    message = _l("Tier %(tier)s has to end above the tier before it.")


class TierWithoutEnd(PriceFault):
    message = _l("Tier %(tier)s has no end, but another tier follows.")


class LastTierEnds(PriceFault):
    message = _l("Tier %(tier)s is the last one and must have no end, so that every quantity has a price.")


class NegativePrice(PriceFault):
    message = _l("This cannot be negative.")


class NegativeTierPrice(PriceFault):
    message = _l("Tier %(tier)s has a negative price.")


class PackageSizeMissing(PriceFault):
    message = _l("A package holds more than zero units.")


class NumberOutOfRange(PriceFault):
    message = _l("This number is too large, or has more than 18 decimals.")


class MinimumAboveMaximum(PriceFault):
    message = _l("The minimum is above the maximum.")


class FixedFeeAboveMaximum(PriceFault):
    message = _l("The fixed fee is above the maximum per transaction.")


class PassThroughTwice(PriceFault):
    message = _l("Two pass-through fees have the same code.")


class PriceRefused(Refused):
    """Price terms with faults; nothing was stored."""


def refuse_faults(terms: PriceTerms) -> None:
    """Say everything that is wrong at once.

    Raises:
        PriceRefused: the terms have at least one fault.
    """
    if found := list(faults(terms)):
        raise PriceRefused(found)


def faults(terms: PriceTerms) -> Iterator[PriceFault]:
    """Every fault, fields first and then tiers in order."""
    yield from _number_faults(terms)
    yield from _bound_faults(terms)
    if terms.model is Model.PACKAGE and (terms.package_size is None or terms.package_size <= 0):
        yield PackageSizeMissing("package_size")
    if terms.model in {Model.GRADUATED, Model.VOLUME}:
        yield from tier_faults(terms.tiers)


def tier_faults(tiers: Sequence[Tier]) -> Iterator[PriceFault]:
    if not tiers:
        yield TiersMissing("tiers")
        return
    for number, tier in enumerate(tiers, start=1):
        yield from _amount_faults(tier, number)
    for number, (before, tier) in enumerate(pairwise([Tier(up_to=ZERO), *tiers]), start=1):
        yield from _seam_faults(before, tier, number)
    if tiers[-1].up_to is not None:
        yield LastTierEnds("tiers", tier=len(tiers))


def _seam_faults(before: Tier, tier: Tier, number: int) -> Iterator[PriceFault]:
    """What is wrong between a tier and the one before it; before the first stands one that ends at zero."""
    if before.up_to is None:
        yield TierWithoutEnd("tiers", tier=number - 1)
        return
    if tier.up_to is not None and tier.up_to <= before.up_to:
        yield TierOutOfOrder("tiers", tier=number)
    if tier.start is None or tier.start in {before.up_to, before.up_to + ONE}:
        return
    seam = TierOverlap if tier.start < before.up_to else TierHole
    yield seam("tiers", tier=number)


def _amount_faults(tier: Tier, number: int) -> Iterator[PriceFault]:
    numbers = (tier.start, tier.up_to, tier.unit_price, tier.flat_fee, tier.package_size)
    if not all(_in_range(value) for value in numbers if value is not None):
        yield NumberOutOfRange("tiers", tier=number)
    elif tier.unit_price < 0 or tier.flat_fee < 0:
        yield NegativeTierPrice("tiers", tier=number)
    elif tier.package_size is not None and tier.package_size <= 0:
        yield PackageSizeMissing("tiers", tier=number)


def _number_faults(terms: PriceTerms) -> Iterator[PriceFault]:
    numbers = {
        "unit_price": terms.unit_price,
        "package_size": terms.package_size,
        "rate_percent": terms.rate_percent,
        "fixed_fee": terms.fixed_fee,
        "free_transactions": None if terms.free_transactions is None else Decimal(terms.free_transactions),
        "transaction_minimum": terms.transaction_minimum,
        "transaction_maximum": terms.transaction_maximum,
        "included_units": terms.included_units,
        "markup": terms.markup,
        "minimum": terms.minimum,
        "maximum": terms.maximum,
        **{f"pass_through.{fee.code}": fee.unit_price for fee in terms.pass_through},
    }
    for field, value in numbers.items():
        if value is None:
            continue
        if not _in_range(value):
            yield NumberOutOfRange(field)
        elif value < 0:
            yield NegativePrice(field)


def _bound_faults(terms: PriceTerms) -> Iterator[PriceFault]:
    if _above(terms.minimum, terms.maximum):
        yield MinimumAboveMaximum("minimum")
    if _above(terms.transaction_minimum, terms.transaction_maximum):
        yield MinimumAboveMaximum("transaction_minimum")
    if _above(terms.fixed_fee, terms.transaction_maximum):
        yield FixedFeeAboveMaximum("fixed_fee")
    if len({fee.code for fee in terms.pass_through}) < len(terms.pass_through):
        yield PassThroughTwice("pass_through")


def _above(lower: Decimal | None, upper: Decimal | None) -> bool:
    return lower is not None and upper is not None and lower > upper


def _in_range(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -DECIMALS_MAX and value.adjusted() < DIGITS_MAX
