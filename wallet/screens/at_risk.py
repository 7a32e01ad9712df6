"""Wallets that somebody should look at, found in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from agency.foundation.database.session import session
from agency.foundation.database.types import UtcTime
from agency.foundation.local_days import instant
from agency.foundation.money import Money
from agency.tenants.models import SubAccount, SubAccountState
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import DailySpending
from wallet.credits.queries import PACE_DAYS
from wallet.credits.rules.runway import runway
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account
from wallet.recharge.models import PauseReason, RechargePause, RechargeRule

SOON = timedelta(days=7)
A_DAY = timedelta(days=1)
SHOWN_MAX = 200


class Risk(StrEnum):
    """In the order in which they need somebody."""

    PAUSED = "paused"
    OWED = "owed"
    LOW = "low"
    RUNS_DRY = "runs_dry"

    @property
    def flag(self) -> str:
        return f"is_{self.value}"


RISK_NAMES = {
    Risk.PAUSED: _l("Recharge paused"),
    Risk.OWED: _l("Owes"),
    Risk.LOW: _l("Low"),
    Risk.RUNS_DRY: _l("Runs dry soon"),
}
RISK_TONES = {Risk.PAUSED: "critical", Risk.OWED: "critical", Risk.LOW: "warning", Risk.RUNS_DRY: "warning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletAtRisk:
    """``available`` is what new work may spend; ``threshold`` is None where nothing recharges it by itself."""

    sub_account: SubAccount
    risks: tuple[Risk, ...]
    available: Money
    owed: Money
    threshold: Money | None
    pause: PauseReason | None
    runs_dry_at: datetime | None


def wallets_at_risk(*, now: datetime, risk: Risk | None = None, limit: int = SHOWN_MAX) -> list[WalletAtRisk]:
    """Wallets of active sub-accounts with any risk or the named one, the most urgent first."""
    found = _flagged(now).subquery()
    flags = {each: found.c[each.flag] for each in Risk}
    urgency = case(*((flag, rank) for rank, flag in enumerate(flags.values())))
    wanted = flags[risk] if risk else or_(*flags.values())
    rows = session.execute(
        select(SubAccount, found)
        .join(found, (found.c.agency_id == SubAccount.agency_id) & (found.c.id == SubAccount.id))
        .where(wanted)
        .order_by(urgency, found.c.available, SubAccount.id)
        .limit(limit)
    )
    return [_read(row, now) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many wallets are at risk, and how many have each risk; one may have several."""

    wallets: int
    by_risk: dict[Risk, int]


def count_at_risk(*, now: datetime) -> Counted:
    found = _flagged(now).subquery()
    flags = [found.c[risk.flag] for risk in Risk]
    wallets, *by_risk = session.execute(
        select(func.count().filter(or_(*flags)), *(func.count().filter(flag) for flag in flags))
    ).one()
    return Counted(wallets=int(wallets), by_risk=dict(zip(Risk, map(int, by_risk), strict=True)))


def _flagged(now: datetime) -> Select[tuple[object, ...]]:
    """Every wallet of an active sub-account, with a column for each risk."""
    credit, debt, spending = _credit(now), _debt(), _spending(now)
    owed = func.coalesce(debt.c.owed, 0)
    available = func.coalesce(credit.c.usable, 0) - owed - func.coalesce(debt.c.held, 0)
    spent = func.coalesce(spending.c.spent, 0)
    threshold, pause = RechargeRule.threshold_micros, RechargePause.reason
    lasts = available * func.extract("epoch", _behind(now, spending)) <= spent * int(SOON.total_seconds())
    flags = {
        Risk.PAUSED: pause.is_not(None),
        Risk.OWED: owed > 0,
        Risk.LOW: available <= func.coalesce(threshold, case((spent > 0, 0), else_=None)),
        Risk.RUNS_DRY: and_(spent > 0, lasts, or_(threshold.is_(None), pause.is_not(None))),
    }
    columns = {"available": available, "owed": owed, "spent": spent, "threshold": threshold, "pause": pause}
    return (
        select(
            SubAccount.agency_id,
            SubAccount.id,
            spending.c.first_day,
            *(column.label(name) for name, column in columns.items()),
            *(func.coalesce(flag, False).label(risk.flag) for risk, flag in flags.items()),
        )
        .outerjoin(credit, _same_wallet(credit))
        .outerjoin(debt, _same_wallet(debt))
        .outerjoin(spending, _same_wallet(spending))
        .outerjoin(RechargeRule, _of_wallet(RechargeRule))
        .outerjoin(RechargePause, _of_wallet(RechargePause) & RechargePause.ended_at.is_(None))
        .where(SubAccount.state == SubAccountState.ACTIVE)
    )


def _same_wallet(part: Subquery) -> ColumnElement[bool]:
    return (part.c.sub_account_id == SubAccount.id) & (part.c.currency == SubAccount.currency)


def _of_wallet(model: type[RechargeRule | RechargePause]) -> ColumnElement[bool]:
    return (model.sub_account_id == SubAccount.id) & (model.currency == SubAccount.currency)


def _credit(now: datetime) -> Subquery:
    """What may be spent on anything: without lots bound to meters, not begun or expired."""
    at = literal(now, UtcTime)
    return (
        select(
            CreditLot.sub_account_id,
            CreditLot.currency,
            func.sum(CreditLot.remaining - CreditLot.held).label("usable"),
        )
        .where(~CreditLot.is_spent, CreditLot.meters.is_(None), CreditLot.effective_at <= at)
        .where(CreditLot.expires_at.is_(None) | (CreditLot.expires_at > at))
        .group_by(CreditLot.sub_account_id, CreditLot.currency)
        .subquery()
    )


def _debt() -> Subquery:
    return (
        select(
            Account.sub_account_id,
            Account.currency,
            (Account.debits_posted - Account.credits_posted).label("owed"),
            Account.debits_pending.label("held"),
        )
        .where(Account.kind == AccountKind.OWED, Account.owner_id == Account.sub_account_id)
        .subquery()
    )


def _spending(now: datetime) -> Subquery:
    """The last days, today's included, as the sub-account's own calendar has them."""
    today = cast(func.timezone(SubAccount.time_zone, literal(now, UtcTime)), Date)
    return (
        select(
            DailySpending.sub_account_id,
            DailySpending.currency,
            func.sum(DailySpending.spent).label("spent"),
            func.min(DailySpending.day).label("first_day"),
        )
        .join(
            SubAccount,
            (SubAccount.agency_id == DailySpending.agency_id) & (SubAccount.id == DailySpending.sub_account_id),
        )
        .where(DailySpending.day > today - PACE_DAYS)
        .group_by(DailySpending.sub_account_id, DailySpending.currency)
        .subquery()
    )


def _behind(now: datetime, spending: Subquery) -> ColumnElement[timedelta]:
    """The time in which that was spent; at least a day."""
    began = func.timezone(SubAccount.time_zone, cast(spending.c.first_day, DateTime))
    return func.greatest(literal(now, UtcTime) - began, A_DAY)


def _read(row: Row[tuple[object, ...]], now: datetime) -> WalletAtRisk:
    client: SubAccount = row.SubAccount

    def money(micros: int) -> Money:
        return Money(int(micros), client.currency)

    dry_in = None
    if row.first_day is not None:
        behind = max(now - instant(row.first_day, ZoneInfo(client.time_zone)), A_DAY)
        dry_in = runway(balance=money(row.available), spent=money(row.spent), window=behind)
    return WalletAtRisk(
        sub_account=client,
        risks=tuple(risk for risk in Risk if getattr(row, risk.flag)),
        available=money(row.available),
        owed=money(row.owed),
        threshold=None if row.threshold is None else money(row.threshold),
        pause=row.pause,
        runs_dry_at=None if dry_in is None else now + dry_in,
    )
