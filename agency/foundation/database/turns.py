"""One after the other, where there is no row yet that could be locked."""

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope


def take_turn(name: str) -> None:
    """Of those who do this in the agency, the next waits until this transaction has ended."""
    named = f"{name}/{scope.agency_id()}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(named, 0))))
