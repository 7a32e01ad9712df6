"""Complimentary credit with every calendar month: begun, given when it falls due, ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount, SubAccountState
from agency.tenants.queries import sub_account
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.operations.grants import Grant, grant
from wallet.credits.rules.monthly import Unused, expiry
from wallet.credits.standing import WalletKey, lock_wallet

SOURCE = "monthly_grant"
BATCH = 500


def begin_monthly(
    client: SubAccount, amount: Money, unused: Unused, reason: str, *, request_id: UUID, by: Actor, now: datetime
) -> MonthlyGrant:
    """The present month is given at once and whole. Asked for again with the same id, it answers with what is."""
    lock_wallet(WalletKey(client.id, amount.currency))
    found = session.get(MonthlyGrant, (scope.agency_id(), request_id))
    if found is not None:
        return found
    monthly = MonthlyGrant(
        id=request_id,
        sub_account_id=client.id,
        currency=amount.currency,
        amount=amount.micros,
        unused=unused,
        description=reason,
        created_at=now,
        created_by=by.name,
        due_at=start_of_month(now, ZoneInfo(client.time_zone)),
    )
    session.add(monthly)
    session.flush()
    record(
        "wallet.monthly_credit_begun",
        monthly,
        by=by,
        now=now,
        after={"amount": str(amount), "reason": reason, "unused": unused},
        sub_account_id=client.id,
    )
    _give([monthly], now=now)
    return monthly


def end_monthly(monthly_id: UUID, *, sub_account_id: UUID, by: Actor, now: datetime) -> None:
    """What was given stays; ended already, it stays as it is.

    Raises:
        NotFound: no such grant of that sub-account.
    """
    monthly = session.get(MonthlyGrant, (scope.agency_id(), monthly_id), with_for_update=True)
    if monthly is None or monthly.sub_account_id != sub_account_id:
        raise NotFound
    if monthly.ended_at is None:
        monthly.ended_at, monthly.ended_by, monthly.due_at = now, by.name, None
        record("wallet.monthly_credit_ended", monthly, by=by, now=now, sub_account_id=sub_account_id)


def run_due(*, now: datetime) -> int:
    """Give each grant of one batch its next month; answers how many there were."""
    due = session.scalars(
        select(MonthlyGrant)
        .where(MonthlyGrant.due_at <= now)
        .order_by(MonthlyGrant.due_at)
        .limit(BATCH)
        .with_for_update()
    ).all()
    _give(due, now=now)
    return len(due)


def _give(due: Sequence[MonthlyGrant], *, now: datetime) -> None:
    """All at once, so that their wallets are locked in the order in which everybody locks several."""
    wishes = [wish for monthly in due if (wish := _next_month(monthly, now=now)) is not None]
    if wishes:
        grant(wishes, now=now)


def _next_month(monthly: MonthlyGrant, *, now: datetime) -> Grant | None:
    """A paused sub-account goes without the month, a closed one gets no more."""
    client = sub_account(monthly.sub_account_id)
    began, zone = monthly.due_at, ZoneInfo(client.time_zone)
    if began is None:
        return None
    ends = start_of_month(began, zone, later=1)
    monthly.due_at = ends if client.is_open else None
    if client.state is not SubAccountState.ACTIVE or ends <= now:
        return None
    return Grant(
        sub_account_id=monthly.sub_account_id,
        amount=monthly.money,
        source_type=SOURCE,
        source_id=monthly.id,
        description=monthly.description,
        expires_at=expiry(monthly.unused, period_end=ends),
        origin=f"month:{monthly.id}:{began.isoformat()}",
    )
