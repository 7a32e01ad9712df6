"""Credit of an account pays what it owes, the oldest first."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.booking import credit_of
from subaccounts.invoices.operations.settling import Part, Settlement, settle_many
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.models import Account


def credit_new(invoice_ids: Sequence[UUID], sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Credit pays invoices that were opened now."""
    if left := _credit(sub_account_ids):
        _use(left, AmountDue.id.in_(invoice_ids), now=now)


def credit_unpaid(subscription_ids: set[UUID], sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Credit for what was not used first pays what was never paid of the same subscription and nobody collects."""
    unpaid = AmountDue.state.in_((DueState.STOPPED, DueState.AWAITED))
    if left := _credit(sub_account_ids):
        _use(left, AmountDue.subscription_id.in_(subscription_ids), unpaid, now=now)


def _credit(sub_account_ids: set[UUID]) -> dict[AccountKey, Money]:
    """What accounts have to their credit, of those that have some; they are locked."""
    rows = session.scalars(
        select(Account)
        .where(
            Account.sub_account_id.in_(sub_account_ids),
            Account.kind == AccountKind.UNAPPLIED_CREDIT,
            Account.credits_posted > Account.debits_posted,
        )
        .execution_options(populate_existing=True)
    )
    return {row.key: row.balance for row in rows}


def _use(left: dict[AccountKey, Money], *wanted: ColumnElement[bool], now: datetime) -> None:
    """The oldest first."""
    clients = AmountDue.sub_account_id.in_([key.sub_account_id for key in left])
    settlements = []
    for due in session.scalars(select(AmountDue).where(clients, *wanted).order_by(AmountDue.id)):
        key = credit_of(due)
        if key in left and (part := min(due.asked, left[key])):
            left[key] -= part
            settlements.append(_settlement(due, part))
    if settlements:
        settle_many(settlements, now=now)


def _settlement(due: AmountDue, part: Money) -> Settlement:
    return Settlement(
        invoice_id=due.id,
        amount=part,
        part=Part.PAID,
        against=credit_of(due),
        code=Code.ALLOCATION,
        journal_id=ids.new_id(),
    )
