"""Accounts of clients in the ledger that billing them touches."""

from collections.abc import Sequence

from subaccounts.billing_run.models import AmountDue
from subaccounts.subscriptions.bills import Bill
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.operations import lock


def lock_books(bills: Sequence[Bill]) -> None:
    """Lock the gates of all books the transaction may yet write in, so that nobody waits for us as we wait for them."""
    lock({receivable(bill).gate for bill in bills})


def receivable(of: Bill | AmountDue) -> AccountKey:
    return AccountKey(AccountKind.RECEIVABLE, of.sub_account_id, of.currency)
