from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.caps.mails import mail_crossed
from wallet.credits.models.limits import SpendingCap


@job()
def tell_of_crossed(*, cap_id: str, spent_micros: int, at: str) -> None:
    """A cap that was taken off meanwhile is not told of."""
    with transaction():
        cap = session.get(SpendingCap, (scope.agency_id(), UUID(cap_id)))
        if cap is not None:
            mail_crossed(cap, Money(spent_micros, cap.currency), now=datetime.fromisoformat(at))
