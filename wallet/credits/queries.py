"""Reads of wallets: the same figures on every page and in the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.local_days import instant, local_day
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from wallet.credits.models.holds import Hold, HoldState
from wallet.credits.models.limits import Overdraft, SpendingCap
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.models.transactions import DailySpending
from wallet.credits.rules.lots import usable
from wallet.credits.rules.runway import runway
from wallet.credits.standing import WalletKey
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account

PACE_DAYS = 30  # Long enough for a month's rhythm, short enough to follow a change.
WALLET_KINDS = (AccountKind.PURCHASED_CREDIT, AccountKind.COMPLIMENTARY_CREDIT, AccountKind.OWED)


def wallet_of(sub_account: SubAccount) -> WalletKey:
    return WalletKey(sub_account.id, sub_account.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """``balance`` is purchased + complimentary - owed; ``available`` is what new work may spend on anything.

    ``bound`` is credit that pays for some meters alone; ``runs_dry_at`` is None where nothing is being spent.
    """

    purchased: Money
    complimentary: Money
    owed: Money
    held: Money
    available: Money
    bound: Money
    overdraft: Money
    runs_dry_at: datetime | None

    @property
    def balance(self) -> Money:
        return self.purchased + self.complimentary - self.owed


def balance(sub_account: SubAccount, *, now: datetime) -> Balance:
    """The wallet in its sub-account's currency."""
    key = wallet_of(sub_account)
    sums = _sums(key)
    lots = [lot.as_rule() for lot in unspent_lots(key)]
    owed = sums[AccountKind.OWED].owed
    debt = owed + Money(sum(each.held for each in sums.values() if each.kind is AccountKind.OWED), key.currency)
    available = usable(lots, key.currency, now=now) - debt
    return Balance(
        purchased=sums[AccountKind.PURCHASED_CREDIT].credit,
        complimentary=sums[AccountKind.COMPLIMENTARY_CREDIT].credit,
        owed=owed,
        held=Money(sum(each.held for each in sums.values()), key.currency),
        available=available,
        bound=Money.sum([lot.left for lot in lots if lot.meters is not None], key.currency),
        overdraft=overdraft_limit(key),
        runs_dry_at=_runs_dry_at(sub_account, available, now=now),
    )


def owed(key: WalletKey) -> Money:
    """What past work took beyond the wallet's credit."""
    return _sums(key)[AccountKind.OWED].owed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    kind: AccountKind
    credit: Money
    held: int = 0

    @property
    def owed(self) -> Money:
        return -self.credit


def _sums(key: WalletKey) -> dict[AccountKind, _Sums]:
    found = {kind: _Sums(kind=kind, credit=Money.zero(key.currency)) for kind in WALLET_KINDS}
    rows = session.execute(
        select(Account.kind, Account.credits_posted - Account.debits_posted, Account.debits_pending)
        .where(Account.id.in_([key.account(kind).id for kind in WALLET_KINDS]))
        .execution_options(prepared=True)
    )
    for kind, credit, held in rows:
        found[kind] = _Sums(kind=kind, credit=Money(credit, key.currency), held=held)
    return found


def available(key: WalletKey, *, now: datetime, meter: str | None = None) -> Money:
    """What new work may spend on a meter, or (None) on anything; without the lock, so only to be told."""
    owed = _sums(key)[AccountKind.OWED]
    lots = [lot.as_rule() for lot in unspent_lots(key)]
    return usable(lots, key.currency, now=now, meter=meter) - owed.owed - Money(owed.held, key.currency)


def has_funds(key: WalletKey, amount: Money, *, now: datetime, meter: str | None = None) -> bool:
    """Whether new work of that price could begin now, the overdraft counted in."""
    return amount <= available(key, now=now, meter=meter) + overdraft_limit(key)


def overdraft_limit(key: WalletKey) -> Money:
    """How far new work may take the wallet into what is owed."""
    found = session.get(Overdraft, (scope.agency_id(), key.sub_account_id, key.currency))
    return Money(found.amount if found else 0, key.currency)


def spent_since(sub_account: SubAccount, *, days: int, now: datetime) -> tuple[Money, timedelta]:
    """What was spent in the last days, today's included, and the time that really lies behind that."""
    zone = ZoneInfo(sub_account.time_zone)
    first_day = local_day(now, zone) - timedelta(days=days - 1)
    total, earliest = session.execute(
        select(func.sum(DailySpending.spent), func.min(DailySpending.day))
        .where(
            DailySpending.sub_account_id == sub_account.id,
            DailySpending.currency == sub_account.currency,
            DailySpending.day >= first_day,
        )
        .execution_options(prepared=True)
    ).one()
    behind = now - instant(earliest or first_day, zone)
    return Money(int(total or 0), sub_account.currency), max(behind, timedelta(days=1))


def _runs_dry_at(sub_account: SubAccount, left: Money, *, now: datetime) -> datetime | None:
    spent, window = spent_since(sub_account, days=PACE_DAYS, now=now)
    time_left = runway(balance=left, spent=spent, window=window)
    return now + time_left if time_left is not None else None


def daily_spending(sub_account: SubAccount, *, days: int, now: datetime) -> Sequence[DailySpending]:
    """What each product took on each of the last local days, oldest first."""
    first_day = local_day(now, ZoneInfo(sub_account.time_zone)) - timedelta(days=days - 1)
    return session.scalars(
        select(DailySpending)
        .where(DailySpending.sub_account_id == sub_account.id, DailySpending.day >= first_day)
        .order_by(DailySpending.day, DailySpending.product_id)
        .execution_options(prepared=True)
    ).all()


def unspent_lots(key: WalletKey) -> Sequence[CreditLot]:
    """Lots with credit left, in the order of their creation."""
    return session.scalars(
        select(CreditLot)
        .where(CreditLot.sub_account_id == key.sub_account_id, CreditLot.currency == key.currency)
        .where(~CreditLot.is_spent)
        .order_by(CreditLot.id)
        .execution_options(populate_existing=True)
    ).all()


def lots(key: WalletKey, *, cursor: str | None, limit: int) -> Page[CreditLot]:
    """Every lot, newest first, spent ones too."""
    query = select(CreditLot).where(CreditLot.sub_account_id == key.sub_account_id, CreditLot.currency == key.currency)
    return paged(query, CreditLot.id, cursor=cursor, limit=limit)


def open_holds(key: WalletKey, *, cursor: str | None, limit: int) -> Page[Hold]:
    query = select(Hold).where(
        Hold.sub_account_id == key.sub_account_id, Hold.currency == key.currency, Hold.state == HoldState.OPEN
    )
    return paged(query, Hold.id, cursor=cursor, limit=limit)


def caps(key: WalletKey) -> Sequence[SpendingCap]:
    return session.scalars(
        select(SpendingCap)
        .where(SpendingCap.sub_account_id == key.sub_account_id, SpendingCap.currency == key.currency)
        .order_by(SpendingCap.id)
    ).all()


def monthly_grants(sub_account_id: UUID) -> Sequence[MonthlyGrant]:
    """What a wallet is given every month, ended ones too, newest first."""
    return session.scalars(
        select(MonthlyGrant).where(MonthlyGrant.sub_account_id == sub_account_id).order_by(MonthlyGrant.id.desc())
    ).all()
