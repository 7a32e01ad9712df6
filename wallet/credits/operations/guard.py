"""Who may begin new work."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from wallet.credits.queries import overdraft_limit
from wallet.credits.standing import Standing


class InsufficientFunds(DomainError):
    status = 402
    field = "amount"
    message = _l("The wallet has %(available)s available, and this needs %(amount)s.")


def refuse_without_funds(standing: Standing, amount: Money, *, meter: str | None, now: datetime) -> None:
    """Under the wallet's lock, so that what was seen stays so until the work is booked.

    Raises:
        InsufficientFunds: less is available than the amount, the overdraft counted in.
    """
    available = standing.available(now=now, meter=meter)
    if amount > available and amount > available + overdraft_limit(standing.key):
        raise InsufficientFunds(available=available, amount=amount)
