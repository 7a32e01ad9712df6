"""Recurring revenue and its movements month by month, from what subscriptions became worth; and money received."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Subquery, case, cast, func, literal, select
from sqlalchemy.sql.elements import ColumnElement, SQLColumnExpression

from agency.foundation.database.session import session
from agency.foundation.database.types import UtcTime
from agency.foundation.local_days import clamped, instant, month_number
from agency.foundation.money import Money
from subaccounts.subscriptions.models.course import Happened, HistoryEntry
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account, Phase, Transfer

MOVEMENTS = ("new", "expansion", "contraction", "churn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """``contraction`` and ``churn`` are zero or less; ``closing`` is ``opening`` with the four movements.

    ``received`` is what cards and transfers brought, refunds and disputes taken off.
    """

    first_day: date
    opening: Money
    new: Money
    expansion: Money
    contraction: Money
    churn: Money
    received: Money

    @property
    def movement(self) -> Money:
        return self.new + self.expansion + self.contraction + self.churn

    @property
    def closing(self) -> Money:
        return self.opening + self.movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """One currency's months, the oldest first."""

    currency: str
    months: Sequence[Month]

    @property
    def recurring(self) -> Money:
        return self.months[-1].closing


def revenue(*, months: int, now: datetime, zone: ZoneInfo) -> list[Revenue]:
    """The present month and those before it, of each currency that anything was sold or received in."""
    this_month = month_number(now.astimezone(zone).date())
    days = [clamped(this_month - back, 1) for back in range(months - 1, -1, -1)]
    moved, received = _moved(days[0], now=now, zone=zone), _received(days[0], now=now, zone=zone)
    currencies = sorted({currency for currency, _day in [*moved, *received]})
    return [Revenue(currency=each, months=list(_months(each, days, moved, received))) for each in currencies]


Moved = dict[tuple[str, date | None], dict[str, int]]


def _months(
    currency: str, days: Sequence[date], moved: Moved, received: dict[tuple[str, date], int]
) -> Iterator[Month]:
    opening = Money(sum(moved.get((currency, None), {}).values()), currency)
    for day in days:
        parts = moved.get((currency, day), {})
        month = Month(
            first_day=day,
            opening=opening,
            received=Money(received.get((currency, day), 0), currency),
            **{name: Money(parts.get(name, 0), currency) for name in MOVEMENTS},
        )
        yield month
        opening = month.closing


def _moved(first_day: date, *, now: datetime, zone: ZoneInfo) -> Moved:
    """Sums of each kind of movement by currency and month; what lies before the first day stands under None."""
    moves = _moves(now)
    month = case((moves.c.at < instant(first_day, zone), None), else_=_month_of(moves.c.at, zone))
    kinds = {
        "new": (moves.c.change > 0) & (moves.c.highest_before == 0),
        "expansion": (moves.c.change > 0) & (moves.c.highest_before > 0),
        "contraction": (moves.c.change < 0) & (moves.c.kind != Happened.CANCELED),
        "churn": (moves.c.change < 0) & (moves.c.kind == Happened.CANCELED),
    }
    sums = [func.coalesce(func.sum(moves.c.change).filter(wanted), 0) for wanted in kinds.values()]
    rows = session.execute(select(moves.c.currency, month, *sums).group_by(moves.c.currency, month))
    return {(currency, day): dict(zip(MOVEMENTS, map(int, found), strict=True)) for currency, day, *found in rows}


def _moves(now: datetime) -> Subquery:
    """Each entry that says a worth, with what it was before and the most it had ever been."""
    worth = HistoryEntry.recurring_micros
    whose, course = HistoryEntry.subscription_id, (HistoryEntry.at, HistoryEntry.id)
    before = func.coalesce(func.lag(worth).over(partition_by=whose, order_by=course), 0)
    highest = func.coalesce(func.max(worth).over(partition_by=whose, order_by=course, rows=(None, -1)), 0)
    return (
        select(
            HistoryEntry.currency,
            HistoryEntry.at,
            HistoryEntry.kind,
            (worth - before).label("change"),
            highest.label("highest_before"),
        )
        .where(worth.is_not(None), HistoryEntry.at <= literal(now, UtcTime))
        .subquery()
    )


def _received(first_day: date, *, now: datetime, zone: ZoneInfo) -> dict[tuple[str, date], int]:
    """What came in by card less what went back, by currency and month."""
    clearing = select(Account.id).where(Account.kind == AccountKind.CARD_CLEARING)
    signed = case((Transfer.debit_account_id.in_(clearing), Transfer.amount), else_=-Transfer.amount)
    month = _month_of(Transfer.effective_at, zone)
    rows = session.execute(
        select(Transfer.currency, month, func.sum(signed))
        .where(
            Transfer.debit_account_id.in_(clearing) | Transfer.credit_account_id.in_(clearing),
            Transfer.phase == Phase.POSTED,
            Transfer.effective_at >= instant(first_day, zone),
            Transfer.effective_at <= now,
        )
        .group_by(Transfer.currency, month)
    )
    return {(currency, day): int(total) for currency, day, total in rows}


def _month_of(at: SQLColumnExpression[datetime], zone: ZoneInfo) -> ColumnElement[date]:
    return cast(func.date_trunc("month", func.timezone(zone.key, at)), Date)
