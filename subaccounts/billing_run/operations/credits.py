"""Credit of an account pays what it owes, the oldest first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.booking import credit_of
from subaccounts.invoices.operations.settling import Part, Settlement, settle_many
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.models import Account

# What a card or a payment on its way pays is left to it.
PAID_BY_CREDIT = (DueState.STOPPED, DueState.AWAITED, DueState.COLLECTING)


def use_credit(sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Whose ledger accounts are locked."""
    left = {row.key: row.credits_posted - row.debits_posted for row in _with_credit(sub_account_ids)}
    settlements = []
    for due in _owed({key.sub_account_id for key in left}):
        key = credit_of(due)
        part = min(due.asked, Money(left.get(key, 0), due.currency))
        if part:
            left[key] -= part.micros
            settlements.append(_settlement(due, part))
    if settlements:
        settle_many(settlements, now=now)


def _with_credit(sub_account_ids: set[UUID]) -> Sequence[Account]:
    return session.scalars(
        select(Account)
        .where(
            Account.sub_account_id.in_(sub_account_ids),
            Account.kind == AccountKind.UNAPPLIED_CREDIT,
            Account.credits_posted > Account.debits_posted,
        )
        .execution_options(populate_existing=True)
    ).all()
