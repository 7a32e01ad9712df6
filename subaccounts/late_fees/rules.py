"""On which days an invoice that is not paid costs a fee, and how much."""

from datetime import date, timedelta
from decimal import Decimal

from agency.foundation.local_days import clamped, month_number
from agency.foundation.money import Money

HUNDRED = Decimal(100)


def day_of(due_on: date, *, after_days: int, period: int) -> date:
    """The day of a period's fee: so many days past the due date, and as many months as the period says."""
    first = due_on + timedelta(days=after_days)
    return clamped(month_number(first) + period, first.day)


def period_on(due_on: date, *, after_days: int, today: date) -> int | None:
    """The period of the latest fee by a day; None before the first. Earlier ones that were missed are let go."""
    months = month_number(today) - month_number(due_on + timedelta(days=after_days))
    period = months if months >= 0 and day_of(due_on, after_days=after_days, period=months) <= today else months - 1
    return period if period >= 0 else None


def fee(balance: Money, *, fixed: Money | None, percent: Decimal | None) -> Money:
    """In whole coins of the balance's currency; a fixed part in another currency is left out."""
    share = balance.times((percent or Decimal(0)) / HUNDRED).to_minor()
    return share + fixed.to_minor() if fixed is not None and fixed.currency == balance.currency else share
