"""An installed app charges the wallet for usage."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session
from marketplace.installs.models.charges import AppCharge
from marketplace.installs.operations.ledger import credits_of
from marketplace.installs.operations.quoting import Usage, guarded, new_row, shares_at
from wallet.credits.operations.debits import Debit, charge
from wallet.ledger.codes import Code

SOURCE = "app_charge"


def charge_usage(install_id: UUID, usage: Usage, *, now: datetime) -> AppCharge:
    """Charge usage to the wallet with its tax, and share it in the same journal.

    Raises:
        DomainError: as ``quote``; EventChargedAlready, AppLimitReached, InsufficientFunds, CapReached
        SubAccountClosed
    """
    found, quoted = guarded(install_id, usage, now=now)
    shares = shares_at(found, quoted.amount, quoted.price)
    row = new_row(found.install, usage.event_id, quoted.amount, shares, tax=quoted.tax, now=now)
    row.app_price_id, row.quantity, row.unit_price = quoted.price_id, usage.quantity, quoted.price.retail
    row.description = usage.description or quoted.name
    wish = Debit(
        id=row.source_id,
        sub_account_id=row.sub_account_id,
        amount=quoted.total,
        source_type=SOURCE,
        source_id=row.id,
        kind=Code.CHARGE,
        description=f"{found.app.name}: {row.description}",
        product_id=found.offer.product_id,
        credits=credits_of(row, shares, row.tax),
    )
    charge(wish, now=now)
    session.add(row)
    session.flush()
    return row
