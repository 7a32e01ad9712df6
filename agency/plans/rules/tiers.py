"""What a quantity costs in tiers: each unit by its own tier, or all units by the tier the total falls in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agency.plans.rules.terms import ONE, ZERO, Step, Tier, What


def packages(quantity: Decimal, size: Decimal) -> Decimal:
    """How many packages hold the quantity; a begun one is whole."""
    full, rest = divmod(quantity, size)
    return full + ONE if rest else full


def graduated(tiers: Sequence[Tier], quantity: Decimal, *, first_fee_at_zero: bool) -> Iterator[Step]:
    """Each unit costs what its own tier says."""
    start = ZERO
    for number, tier in enumerate(tiers, start=1):
        inside = (quantity if tier.up_to is None else min(quantity, tier.up_to)) - start
        if inside <= 0 and not (number == 1 and first_fee_at_zero):
            return
        yield from _tier(tier, inside, number=number)
        start += inside


def volume(tiers: Sequence[Tier], quantity: Decimal, *, first_fee_at_zero: bool) -> Iterator[Step]:
    """All units cost what the tier of the total says."""
    if not quantity and not first_fee_at_zero:
        return
    for number, tier in enumerate(tiers, start=1):
        if tier.up_to is None or quantity <= tier.up_to:
            yield from _tier(tier, quantity, number=number)
            return


def _tier(tier: Tier, quantity: Decimal, *, number: int) -> Iterator[Step]:
    if tier.flat_fee:
        yield Step(what=What.TIER_FEE, quantity=ONE, unit_price=tier.flat_fee, tier=number)
    if quantity and tier.package_size:
        count = packages(quantity, tier.package_size)
        yield Step(what=What.PACKAGES, quantity=count, unit_price=tier.unit_price, tier=number)
    elif quantity:
        yield Step(what=What.UNITS, quantity=quantity, unit_price=tier.unit_price, tier=number)
