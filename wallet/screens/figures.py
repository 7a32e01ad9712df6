"""What a wallet's pages show of it, gathered once."""

from dataclasses import dataclass
from datetime import datetime

from agency.foundation.money import Money
from wallet.credits.queries import PACE_DAYS, Balance, balance, daily_spending, spent_since
from wallet.credits.rules.runway import suggested_threshold
from wallet.recharge.showing import ShownRule, shown_rule
from wallet.screens.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``suggestion`` is a threshold for automatic recharge; ``not_usable`` is credit not begun or just over."""

    balance: Balance
    rule: ShownRule | None
    suggestion: Money | None
    days_left: int | None

    @property
    def not_usable(self) -> Money:
        parts = self.balance
        return parts.balance - parts.held - parts.bound - parts.available


def figures_of(at: Place, *, now: datetime) -> Figures:
    found = balance(at.sub_account, now=now)
    spent, window = spent_since(at.sub_account, days=PACE_DAYS, now=now)
    dry = found.runs_dry_at
    return Figures(
        balance=found,
        rule=shown_rule(at.sub_account, now=now),
        suggestion=suggested_threshold(spent=spent, window=window),
        days_left=None if dry is None else (dry - now).days,
    )


def spending_by_day(at: Place, *, days: int, now: datetime) -> list[tuple[object, list[Money]]]:
    """The last local days, oldest first, each with what was spent on it."""
    totals: dict[object, Money] = {}
    for row in daily_spending(at.sub_account, days=days, now=now):
        if row.currency == at.sub_account.currency:
            spent = Money(row.spent, row.currency)
            totals[row.day] = totals.get(row.day, Money.zero(row.currency)) + spent
    return [(day, [amount]) for day, amount in totals.items()]
