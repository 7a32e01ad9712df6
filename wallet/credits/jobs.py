"""Credit and holds fall due by themselves."""

from collections.abc import Callable
from datetime import datetime

from agency.foundation.database.session import transaction
from agency.foundation.due.sources import DueSource, moments
from wallet.credits.models.holds import Hold
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.operations import expiry, hold_ends, monthly


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


LOTS = DueSource("credit lots", moments(CreditLot.due_at), _run_lots)
HOLDS = DueSource("holds", moments(Hold.due_at), _run_holds)
MONTHS = DueSource("monthly credit", moments(MonthlyGrant.due_at), _run_months)
