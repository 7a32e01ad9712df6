"""Payments in the ledger.

Money that comes stands as the payer's credit first, and goes from there to the invoices: so *unapplied* is always
what its payments and notes left over.
"""

from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from subaccounts.invoices.booking import account_of
from subaccounts.payments.models.payments import OfPayer
from wallet.ledger.chart import AccountKey
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting

PAYMENT = "payment"


def account(of: OfPayer, role: str) -> AccountKey:
    """*clearing* is where money comes in and goes out, *unapplied* the payer's credit."""
    return account_of(of.seller, of.sub_account_id, of.customer_id, of.currency, role)


def post_received(of: OfPayer, payment_id: UUID, amount: Money, *, code: Code, journal: UUID, now: datetime) -> None:
    """Money came (back) to the payer's credit."""
    _post(("clearing", "unapplied"), of, payment_id, amount, code=code, journal=journal, now=now)


def post_returned(of: OfPayer, payment_id: UUID, amount: Money, *, code: Code, journal: UUID, now: datetime) -> None:
    """Money went out of the payer's credit."""
    _post(("unapplied", "clearing"), of, payment_id, amount, code=code, journal=journal, now=now)


def _post(
    between: tuple[str, str],
    of: OfPayer,
    payment_id: UUID,
    amount: Money,
    *,
    code: Code,
    journal: UUID,
    now: datetime,
) -> None:
    if not amount:
        return
    posting = Posting(
        debit=account(of, between[0]),
        credit=account(of, between[1]),
        amount=amount,
        code=code,
        source_type=PAYMENT,
        source_id=payment_id,
        journal_id=journal,
        effective_at=now,
    )
    post([posting], now=now)
