"""What a rule would have done to a wallet's past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from wallet.recharge.rules.decision import Reason, Situation, decide, is_due
from wallet.recharge.rules.terms import Bounds, RuleTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    at: datetime
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRecharge:
    at: datetime
    amount: Money
    balance_after: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """``lowest`` is the least the balance ever was; ``capped_at`` are the times the cap held a recharge back."""

    recharges: tuple[SimulatedRecharge, ...]
    capped_at: tuple[datetime, ...]
    charged: Money
    balance: Money
    lowest: Money


def simulate(
    terms: RuleTerms,
    debits: Iterable[Debit],
    *,
    opening_balance: Money,
    bounds: Bounds,
    zone: ZoneInfo,
    until: datetime,
) -> Simulation:
    """Play the debits with a card that always pays at once.

    The sweep is part of it: what cooling down or the cap held back is looked at again when that is over, debit
    or not.
    """
    run = _Run(terms, bounds, zone, opening_balance)
    for debit in sorted(debits, key=lambda debit: debit.at):
        run.wait_until(debit.at)
        run.spend(debit)
    run.wait_until(until)
    return run.result()


class _Run:
    def __init__(self, terms: RuleTerms, bounds: Bounds, zone: ZoneInfo, balance: Money) -> None:
        self._terms, self._bounds, self._zone = terms, bounds, zone
        self._balance = self._lowest = balance
        self._recharges: list[SimulatedRecharge] = []
        self._capped_at: list[datetime] = []
        self._charged_in: dict[datetime, Money] = {}
        self._look_again_at: datetime | None = None

    def spend(self, debit: Debit) -> None:
        self._balance -= debit.amount
        self._lowest = min(self._lowest, self._balance)
        self._look(debit.at)

    def wait_until(self, moment: datetime) -> None:
        while self._look_again_at is not None and self._look_again_at <= moment:
            self._look(self._look_again_at)

    def result(self) -> Simulation:
        return Simulation(
            recharges=tuple(self._recharges),
            capped_at=tuple(self._capped_at),
            charged=Money.sum([recharge.amount for recharge in self._recharges], self._balance.currency),
            balance=self._balance,
            lowest=self._lowest,
        )

    def _look(self, now: datetime) -> None:
        self._look_again_at = None
        decision = decide(self._terms, self._situation(now), self._bounds, now=now)
        if decision.amount is not None:
            self._recharge(now, decision.amount)
        elif decision.reason is Reason.COOLING_DOWN:
            self._look_again_at = self._cooled_down_at()
        elif decision.reason is Reason.CAP_REACHED:
            self._capped_at.append(now)
            self._look_again_at = start_of_month(now, self._zone, later=1)

    def _recharge(self, now: datetime, amount: Money) -> None:
        self._balance += amount
        self._charged_in[start_of_month(now, self._zone)] = self._charged_this_month(now) + amount
        self._recharges.append(SimulatedRecharge(at=now, amount=amount, balance_after=self._balance))
        if is_due(balance=self._balance, threshold=self._terms.threshold):
            self._look_again_at = self._cooled_down_at()

    def _charged_this_month(self, now: datetime) -> Money:
        return self._charged_in.get(start_of_month(now, self._zone), Money.zero(self._balance.currency))

    def _cooled_down_at(self) -> datetime:
        return self._recharges[-1].at + self._bounds.cooling_down

    def _situation(self, now: datetime) -> Situation:
        return Situation(
            balance=self._balance,
            charged_this_month=self._charged_this_month(now),
            last_success_at=self._recharges[-1].at if self._recharges else None,
        )
