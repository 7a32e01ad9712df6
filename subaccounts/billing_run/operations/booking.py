"""Accounts of clients in the ledger that billing them touches."""

from collections.abc import Sequence

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.plans.models.prices import PriceCost
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.invoicing import REVENUE
from subaccounts.subscriptions.bills import Bill
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.operations import lock

# All that billing a client, its credit and its wallet may touch.
TOUCHED = (
    AccountKind.RECEIVABLE,
    AccountKind.UNAPPLIED_CREDIT,
    AccountKind.OWED,
    AccountKind.TAX_PAYABLE,
    *REVENUE.values(),
)
OF_COSTS = (AccountKind.WHOLESALE_COST, AccountKind.WHOLESALE_PAYABLE)


def lock_accounts(bills: Sequence[Bill]) -> None:
    """Lock what the rest of the transaction may touch at once, so that nobody waits for us while we wait for them."""
    clients = {(bill.sub_account_id, bill.currency) for bill in bills}
    price_ids = {line.price_id for bill in bills for line in bill.lines}
    has_costs = session.scalar(select(PriceCost.price_id).where(PriceCost.price_id.in_(price_ids)).limit(1)) is not None
    kinds = TOUCHED + OF_COSTS if has_costs else TOUCHED
    lock(AccountKey(kind, sub_account_id, currency) for sub_account_id, currency in clients for kind in kinds)


def receivable(of: Bill | AmountDue) -> AccountKey:
    return AccountKey(AccountKind.RECEIVABLE, of.sub_account_id, of.currency)
