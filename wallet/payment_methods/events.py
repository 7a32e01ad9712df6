from dataclasses import dataclass
from datetime import datetime

from agency.foundation.actor import Actor
from wallet.payment_methods.models import PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAttached:
    card: PaymentMethod
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDetaching:
    """Somebody removes a card. Who still needs it raises ``CardStillNeeded`` unless they were told (``confirmed``).

    ``is_last``: the payer has no other card.
    """

    card: PaymentMethod
    is_last: bool
    confirmed: bool
    by: Actor
    at: datetime
