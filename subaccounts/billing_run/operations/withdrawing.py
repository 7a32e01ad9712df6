"""A charge for what is paid, or asked for no more, is wanted no longer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from subaccounts.billing_run.queries import locked_due
from subaccounts.payments.booking import PAYMENT
from wallet.charges.claims import locked_charge
from wallet.charges.models import Charge
from wallet.charges.operations import abandon
from wallet.charges.queries import charge_of


def withdraw(due_id: UUID, *, now: datetime) -> bool:
    """False: the charge is in other hands, and may be settling; who waited for it here would be waited for."""
    charge = charge_of(PAYMENT, due_id)
    if charge is None:
        return True
    free = session.scalar(select(Charge.id).where(Charge.id == charge.id).with_for_update(skip_locked=True))
    if free is not None:
        abandon(charge, now=now)
    return free is not None


def withdraw_late(due_id: UUID, *, now: datetime) -> None:
    """The same with nothing else in hand, unless it is asked for once more by now."""
    charge = charge_of(PAYMENT, due_id)
    if charge is None:
        return
    charge = locked_charge(charge.id)  # A charge is locked before its purpose, as where it settles.
    if not locked_due(due_id).state.is_open:
        abandon(charge, now=now)
