"""Credit and holds fall due by themselves."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource
from wallet.credits.models.holds import Hold
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.operations import expiry, hold_ends, holds, monthly


def _until_done(step: Callable[[], int]) -> None:
    """Batch after batch, each in a transaction of its own, until nothing is due."""
    while True:
        with transaction():
            count = step()
        if not count:
            return


def _run_lots(now: datetime) -> None:
    _until_done(lambda: expiry.run_due(now=now))


def _run_holds(now: datetime) -> None:
    _until_done(lambda: hold_ends.expire_due(now=now))


def _run_months(now: datetime) -> None:
    _until_done(lambda: monthly.run_due(now=now))


def _agencies_with_months(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(MonthlyGrant.agency_id).where(MonthlyGrant.due_at <= now).distinct()).all()


def _agencies_with_lots(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(CreditLot.agency_id).where(CreditLot.due_at <= now).distinct()).all()


def _agencies_with_holds(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(Hold.agency_id).where(Hold.due_at <= now).distinct()).all()


LOTS = DueSource("credit lots", expiry.next_due, _run_lots, _agencies_with_lots)
HOLDS = DueSource("holds", holds.next_due, _run_holds, _agencies_with_holds)
MONTHS = DueSource("monthly credit", monthly.next_due, _run_months, _agencies_with_months)
