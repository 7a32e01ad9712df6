"""Accounts of clients in the ledger: what they owe, and credit that a bill below zero gives them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.models.prices import Price, PriceCost
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.invoicing import REVENUE, prices_of
from subaccounts.payments.booking import PAYMENT
from subaccounts.subscriptions.bills import Bill
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import lock, post
from wallet.ledger.postings import Posting

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


def credit_of(of: Bill | AmountDue) -> AccountKey:
    """What the account has to its credit, outside the wallet: it pays the next invoice."""
    return AccountKey(AccountKind.UNAPPLIED_CREDIT, of.sub_account_id, of.currency)


def book_credits(bills: Sequence[Bill], *, now: datetime) -> None:
    """What bills below zero give back stands to their accounts' credit, as payments of their ids; in one statement."""
    known = prices_of(bills)
    post([posting for bill in bills for posting in _postings(bill, known)], now=now)


def _postings(bill: Bill, known: dict[UUID, Price]) -> list[Posting]:
    """What a bill sums to on each account; a part against its sign goes the other way."""
    sums: dict[tuple[AccountKind, Code], Money] = {}
    nothing = Money.zero(bill.currency)
    for line in bill.lines:
        earned = (REVENUE[known[line.price_id].product.kind], Code.INVOICE)
        sums[earned] = sums.get(earned, nothing) + line.amount
        tax = (AccountKind.TAX_PAYABLE, Code.TAX)
        sums[tax] = sums.get(tax, nothing) + line.tax
    return [_posting(bill, kind, amount, code) for (kind, code), amount in sums.items() if amount]


def _posting(bill: Bill, kind: AccountKind, amount: Money, code: Code) -> Posting:
    whose, earning = credit_of(bill), AccountKey(kind, bill.sub_account_id, bill.currency)
    is_charge = amount.micros > 0
    return Posting(
        debit=whose if is_charge else earning,
        credit=earning if is_charge else whose,
        amount=abs(amount),
        code=code if is_charge else Code.CREDIT_NOTE,
        source_type=PAYMENT,
        source_id=bill.id,
        journal_id=bill.id,
        effective_at=bill.at,
    )
