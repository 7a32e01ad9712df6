"""What a wallet's pages show of it, gathered once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agency.foundation.local_days import local_day
from agency.foundation.money import Money
from wallet.credits.queries import PACE_DAYS, Balance, balance, daily_spending, spent_since
from wallet.credits.rules.runway import suggested_threshold
from wallet.recharge.showing import ShownRule, shown_rule
from wallet.screens.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """``spent`` and its daily ``course`` are those of the last 30 days.

    ``suggestion`` is a threshold for automatic recharge; ``not_usable`` is credit not begun or just over.
    """

    balance: Balance
    rule: ShownRule | None
    spent: Money
    course: list[Money]
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
        spent=spent,
        course=[amount for _day, amount in spending_by_day(at, days=PACE_DAYS, now=now)],
        suggestion=suggested_threshold(spent=spent, window=window),
        days_left=None if dry is None else (dry - now).days,
    )


def spending_by_day(at: Place, *, days: int, now: datetime) -> list[tuple[date, Money]]:
    """Each of the last local days, oldest first, with what was spent on it."""
    currency = at.sub_account.currency
    today = local_day(now, ZoneInfo(at.sub_account.time_zone))
    totals = {today - timedelta(days=back): Money.zero(currency) for back in range(days - 1, -1, -1)}
    for row in daily_spending(at.sub_account, days=days, now=now):
        if row.currency == currency:
            totals[row.day] += Money(row.spent, currency)
    return list(totals.items())
