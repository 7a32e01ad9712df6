"""Staff take credit out of a wallet, and say why."""

from datetime import datetime
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.debits import Debit, debit_one
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.ledger.codes import Code


def adjust(
    sub_account: SubAccount, amount: Money, reason: str, *, request_id: UUID, by: Actor, now: datetime
) -> WalletTransaction:
    """Take an amount, more than zero; what the credit does not cover is owed.

    ``request_id`` becomes the transaction's: asked for again, it answers with what was done then.
    """
    lock_wallet(WalletKey(sub_account.id, amount.currency))
    done = session.get(WalletTransaction, (scope.agency_id(), request_id))
    if done is not None:
        return done
    wish = Debit(
        id=request_id,
        sub_account_id=sub_account.id,
        amount=amount,
        kind=Code.ADJUSTMENT,
        source_type="adjustment",
        source_id=request_id,
        description=reason,
    )
    row = debit_one(wish, now=now)
    record(
        "wallet.adjusted",
        row,
        by=by,
        now=now,
        after={"amount": str(amount), "reason": reason},
        sub_account_id=sub_account.id,
    )
    return row
