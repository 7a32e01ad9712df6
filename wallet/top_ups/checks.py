"""Does every settled charge for a wallet have its credit?"""

from collections.abc import Iterable

from sqlalchemy import select

from agency.foundation.database.session import session
from wallet.charges.models import Charge, ChargeState
from wallet.credits.models.lots import CreditLot
from wallet.ledger.checks import Difference

PURPOSES = ("top_up", "recharge")


def compare() -> Iterable[Difference]:
    """A settled charge without credit is named by its id."""
    credited = select(CreditLot.id).where(CreditLot.charge_id == Charge.id).exists()
    charges = session.scalars(
        select(Charge).where(Charge.source_type.in_(PURPOSES), Charge.state == ChargeState.SETTLED, ~credited)
    )
    for charge in charges:
        yield Difference(
            what="the credit of the charge", subject=charge.public_id, stored="nothing", computed=str(charge.amount)
        )
