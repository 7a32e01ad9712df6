"""Confirmations that nobody gave are given up."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session
from agency.foundation.due.sources import DueSource, moments, one_by_one
from wallet.charges.operations import abandon
from wallet.charges.queries import charge_of
from wallet.top_ups.models import TopUp
from wallet.top_ups.operations.adding import TOP_UP


def _give_up(top_up_id: UUID, *, now: datetime) -> None:
    charge = charge_of(TOP_UP, top_up_id)
    found = session.get_one(TopUp, (charge.agency_id, top_up_id)) if charge else None
    if charge is not None and found is not None:
        abandon(charge, now=now)  # It locks the charge, which comes before the row of its top-up, as where it settles.
        found.due_at = None  # The processor may take its time to withdraw it; it is asked for once.


DUE = DueSource("unconfirmed top-ups", moments(TopUp.due_at), one_by_one(TopUp.id, TopUp.due_at, _give_up))
