"""What a price says: numbers and settings, without its name, versions or product."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from agency.foundation.exact import exactly
from agency.foundation.money import Money

ZERO = Decimal(0)
ONE = Decimal(1)


class Model(StrEnum):
    FLAT = "flat"
    PER_UNIT = "per_unit"
    GRADUATED = "graduated"
    VOLUME = "volume"
    PACKAGE = "package"
    PERCENTAGE = "percentage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A range of quantities with its own price.

    ``up_to`` is the last quantity inside, None for all the rest. ``start`` is what the seller wrote as
    beginning, either the end before or the whole unit after it; left out, the tier begins where the one
    before ends. With a ``package_size`` the unit price buys a package of so many units, and a begun package
    is a whole one.
    """

    up_to: Decimal | None = None
    start: Decimal | None = None
    unit_price: Decimal = ZERO
    flat_fee: Decimal = ZERO
    package_size: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassThrough:
    """What a carrier or network takes per unit: handed on at cost, never marked up."""

    code: str
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """Every amount is a decimal of major units; which ones count depends on the model.

    ``unit_price`` is the amount of a flat price, the price of a unit, or of a package. A percentage takes
    ``rate_percent`` of each transaction beyond the free ones, and ``included_units`` is its free amount.
    ``minimum`` and ``maximum`` bound the price of one period; ``markup`` is a factor on wholesale terms.
    """

    model: Model
    currency: str
    unit_price: Decimal = ZERO
    package_size: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    first_fee_at_zero: bool = True
    rate_percent: Decimal = ZERO
    fixed_fee: Decimal = ZERO
    free_transactions: int | None = None
    transaction_minimum: Decimal | None = None
    transaction_maximum: Decimal | None = None
    included_units: Decimal = ZERO
    markup: Decimal = ONE
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pass_through: tuple[PassThrough, ...] = ()


class What(StrEnum):
    """What a step of an explanation is about; pages have a sentence for each."""

    INCLUDED = "included"
    FLAT = "flat"
    UNITS = "units"
    PACKAGES = "packages"
    TIER_FEE = "tier_fee"
    PERCENTAGE = "percentage"
    FIXED_FEE = "fixed_fee"
    RAISED_TO_MINIMUM = "raised_to_minimum"
    MINIMUM = "minimum"
    AT_COST = "at_cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of an explanation: quantity times unit price, less what a maximum cut, is the amount."""

    what: What
    quantity: Decimal
    unit_price: Decimal
    cut: Decimal = ZERO
    tier: int | None = None
    code: str | None = None

    @property
    def gross(self) -> Decimal:
        """Before a maximum cut it; exact."""
        with exactly():
            return self.quantity * self.unit_price

    @property
    def amount(self) -> Decimal:
        """Exact, in major units."""
        with exactly():
            return self.quantity * self.unit_price - self.cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a price asks: ``exact`` is the sum of the steps, ``amount`` that sum rounded once to micros."""

    amount: Money
    exact: Decimal
    steps: tuple[Step, ...]
