"""Whether a wallet is recharged now, and why not where it is not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agency.foundation.money import Money
from wallet.recharge.rules.amount import recharge_amount
from wallet.recharge.rules.terms import Bounds, RuleTerms


class Reason(StrEnum):
    FIRED = "fired"
    ABOVE_THRESHOLD = "above_threshold"
    PAUSED = "paused"
    OPEN_RECHARGE = "open_recharge"
    NO_CARD = "no_card"
    COOLING_DOWN = "cooling_down"
    CAP_REACHED = "cap_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The wallet at the moment of deciding, read under its lock.

    ``balance`` is what is available without lots bound to meters; ``charged_this_month`` counts settled
    recharges of the sub-account's local month.
    """

    balance: Money
    charged_this_month: Money
    last_success_at: datetime | None = None
    has_open_recharge: bool = False
    is_paused: bool = False
    has_card: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Kept as it is, with the amount charged where it fired."""

    reason: Reason
    amount: Money | None = None


def is_due(*, balance: Money, threshold: Money) -> bool:
    return balance <= threshold


def decide(terms: RuleTerms, situation: Situation, bounds: Bounds, *, now: datetime) -> Decision:
    """The first reason that holds something back, in the order of ``Reason``; else it fires."""
    if (obstacle := _obstacle(terms, situation, bounds, now)) is not None:
        return Decision(reason=obstacle)
    amount = recharge_amount(
        balance=situation.balance,
        terms=terms,
        bounds=bounds,
        charged_this_month=situation.charged_this_month,
    )
    return Decision(reason=Reason.CAP_REACHED if amount is None else Reason.FIRED, amount=amount)


def _obstacle(terms: RuleTerms, situation: Situation, bounds: Bounds, now: datetime) -> Reason | None:
    last_success = situation.last_success_at
    holds = {
        Reason.ABOVE_THRESHOLD: not is_due(balance=situation.balance, threshold=terms.threshold),
        Reason.PAUSED: situation.is_paused,
        Reason.OPEN_RECHARGE: situation.has_open_recharge,
        Reason.NO_CARD: not situation.has_card,
        Reason.COOLING_DOWN: last_success is not None and now < last_success + bounds.cooling_down,
    }
    return next((reason for reason, is_true in holds.items() if is_true), None)
