"""What a recharge rule says, and what an agency lets it say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.faults import Refused
from agency.foundation.money import Money, minor_unit

CAP_IN_AMOUNTS = 10


class RuleFault(DomainError):
    """One thing wrong with a recharge rule, at its field."""

    status = 422


class RuleNeedsOneOfTwo(RuleFault):
    field = "amount"
    message = _l("Choose either a fixed amount or a balance to restore to.")


class RuleOfAnotherCurrency(RuleFault):
    field = "currency"
    message = _l("The rule must be in the currency of the wallet.")


class ThresholdNegative(RuleFault):
    field = "threshold"
    message = _l("The threshold cannot be negative.")


class ThresholdNotBelowTarget(RuleFault):
    field = "target"
    message = _l("The balance to restore to must be above the threshold.")


class BalanceAboveMaximum(RuleFault):
    field = "target"
    message = _l("A recharge would take the balance above the maximum of %(maximum)s.")


class AmountOutOfBounds(RuleFault):
    field = "amount"
    message = _l("One recharge is between %(minimum)s and %(maximum)s.")


class AmountNotInCoins(RuleFault):
    field = "amount"
    message = _l("A card is charged in whole coins.")


class CapBelowAmount(RuleFault):
    field = "monthly_cap"
    message = _l("The monthly cap must allow at least one recharge of %(amount)s.")


class RuleRefused(Refused):
    """A recharge rule with faults; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTerms:
    """Recharge at or below ``threshold``, by a fixed ``amount`` or up to a ``target``; never past the cap."""

    threshold: Money
    monthly_cap: Money
    amount: Money | None = None
    target: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The agency's settings."""

    charge_minimum: Money
    charge_maximum: Money
    balance_maximum: Money
    cooling_down: timedelta = timedelta(minutes=10)


def usual_charge(*, threshold: Money, amount: Money | None, target: Money | None) -> Money:
    """What one recharge takes from a balance that stands at the threshold."""
    if amount is not None:
        return amount
    return threshold if target is None else target - threshold


def default_cap(*, threshold: Money, amount: Money | None, target: Money | None) -> Money:
    """The monthly cap of who names none."""
    return usual_charge(threshold=threshold, amount=amount, target=target).times(CAP_IN_AMOUNTS)


def refuse_faults(terms: RuleTerms, bounds: Bounds) -> None:
    """Raises: RuleRefused, with everything that is wrong."""
    if found := list(faults(terms, bounds)):
        raise RuleRefused(found)


def faults(terms: RuleTerms, bounds: Bounds) -> Iterator[RuleFault]:
    """Every fault; where the rule cannot be read at all, only that."""
    moneys = (terms.threshold, terms.monthly_cap, terms.amount, terms.target)
    if any(money.currency != bounds.charge_maximum.currency for money in moneys if money is not None):
        yield RuleOfAnotherCurrency()
        return
    if (terms.amount is None) == (terms.target is None):
        yield RuleNeedsOneOfTwo()
        return
    if terms.threshold.micros < 0:
        yield ThresholdNegative()
    if terms.target is not None and terms.target <= terms.threshold:
        yield ThresholdNotBelowTarget()
        return
    yield from _charge_faults(terms, bounds)


def _charge_faults(terms: RuleTerms, bounds: Bounds) -> Iterator[RuleFault]:
    charge = usual_charge(threshold=terms.threshold, amount=terms.amount, target=terms.target)
    if terms.amount is not None and terms.amount.micros % minor_unit(terms.amount.currency):
        yield AmountNotInCoins()
    if not bounds.charge_minimum <= charge <= bounds.charge_maximum:
        yield AmountOutOfBounds(minimum=bounds.charge_minimum, maximum=bounds.charge_maximum)
    if terms.threshold + charge > bounds.balance_maximum:
        yield BalanceAboveMaximum(maximum=bounds.balance_maximum)
    if terms.monthly_cap < charge:
        yield CapBelowAmount(amount=charge)
