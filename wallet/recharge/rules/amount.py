"""How much one recharge charges."""

from decimal import ROUND_CEILING, ROUND_FLOOR

from agency.foundation.money import Money
from wallet.recharge.rules.terms import Bounds, RuleTerms


def recharge_amount(*, balance: Money, terms: RuleTerms, bounds: Bounds, charged_this_month: Money) -> Money | None:
    """One charge that lifts a balance at or below the threshold above it; None where the cap leaves no room.

    A fixed amount is taken so many times as closes the gap. The per-charge maximum and what is left of the cap
    cut either to whole multiples, of the amount or of the smallest coin.
    """
    room = min(bounds.charge_maximum, terms.monthly_cap - charged_this_month)
    if terms.amount is not None:
        return _multiple(terms.amount, gap=terms.threshold - balance, room=room)
    wanted = ((terms.target or terms.threshold) - balance).to_minor(ROUND_CEILING)
    charge = min(wanted, room.to_minor(ROUND_FLOOR))
    is_worth_charging = charge == wanted or charge >= bounds.charge_minimum
    return charge if is_worth_charging and charge.micros > 0 else None


def _multiple(amount: Money, *, gap: Money, room: Money) -> Money | None:
    count = min(gap.micros // amount.micros + 1, room.micros // amount.micros)
    return amount.times(count) if count > 0 else None
