"""Bills in the ledger: who owes what, what earned it, and the account's credit that pays first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from agency.plans.models.products import Product
from agency.plans.rules.components import ProductKind
from subaccounts.billing_run.models import AmountDue
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.queries import products
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import lock, post
from wallet.ledger.postings import Posting

BILL = "bill"
REVENUE = {
    ProductKind.SAAS_PLAN: AccountKind.REVENUE_PLANS,
    ProductKind.RESOLD_SERVICE: AccountKind.REVENUE_RESALE,
    ProductKind.MARKETPLACE_APP: AccountKind.REVENUE_MARKETPLACE,
}


def receivable(bill: Bill | AmountDue) -> AccountKey:
    return AccountKey(AccountKind.RECEIVABLE, bill.sub_account_id, bill.currency)


def credit_of(bill: Bill | AmountDue) -> AccountKey:
    """What the account has to its credit, outside the wallet: it pays the next bill."""
    return AccountKey(AccountKind.UNAPPLIED_CREDIT, bill.sub_account_id, bill.currency)


def wallet(bill: Bill) -> AccountKey:
    """The account whose lock guards a wallet: taken with the others, in their order, as the wallet may pay."""
    return AccountKey(AccountKind.OWED, bill.sub_account_id, bill.currency)


def book(bills: Sequence[Bill], *, now: datetime) -> dict[AccountKey, Money]:
    """Write what bills earn and who owes it, any number in one statement; answers each account's credit before it."""
    known = products({line.product_id for bill in bills for line in bill.lines})
    wanted = {
        key for bill in bills for key in (credit_of(bill), receivable(bill), wallet(bill), *_earning(bill, known))
    }
    credit = {
        key: Money(sums.credits_posted - sums.debits_posted, key.currency)
        for key, sums in lock(wanted).items()
        if key.kind is AccountKind.UNAPPLIED_CREDIT
    }
    post([posting for bill in bills for posting in _postings(bill, known)], now=now)
    return credit


def use_credit(amounts: Iterable[tuple[Bill | AmountDue, Money]], *, now: datetime) -> None:
    """Credit of the account pays parts of what is due."""
    postings = [
        Posting(
            debit=credit_of(due),
            credit=receivable(due),
            amount=amount,
            code=Code.ALLOCATION,
            source_type=BILL,
            source_id=due.id,
            journal_id=due.id,
        )
        for due, amount in amounts
        if amount
    ]
    post(postings, now=now)


def _earning(bill: Bill, known: dict[UUID, Product]) -> set[AccountKey]:
    kinds = {REVENUE[known[line.product_id].kind] for line in bill.lines}
    if any(line.tax for line in bill.lines):
        kinds.add(AccountKind.TAX_PAYABLE)
    return {AccountKey(kind, bill.sub_account_id, bill.currency) for kind in kinds}


def _postings(bill: Bill, known: dict[UUID, Product]) -> list[Posting]:
    """What a bill sums to on each account: charges are owed, credits stand to the account's credit."""
    sums: dict[tuple[AccountKind, Code], Money] = {}
    nothing = Money.zero(bill.currency)
    for line in bill.lines:
        earned = (REVENUE[known[line.product_id].kind], Code.INVOICE)
        sums[earned] = sums.get(earned, nothing) + line.amount
        if line.tax:
            tax = (AccountKind.TAX_PAYABLE, Code.TAX)
            sums[tax] = sums.get(tax, nothing) + line.tax
    # A bill is owed or is credit as a whole; a part against its sign goes the other way on the same account.
    whose = receivable(bill) if bill.total.micros >= 0 else credit_of(bill)
    return [
        _posting(bill, whose, AccountKey(kind, bill.sub_account_id, bill.currency), amount, code)
        for (kind, code), amount in sums.items()
        if amount
    ]


def _posting(bill: Bill, whose: AccountKey, earning: AccountKey, amount: Money, code: Code) -> Posting:
    is_charge = amount.micros > 0
    return Posting(
        debit=whose if is_charge else earning,
        credit=earning if is_charge else whose,
        amount=amount if is_charge else -amount,
        code=code if is_charge else Code.CREDIT_NOTE,
        source_type=BILL,
        source_id=bill.id,
        journal_id=bill.id,
        effective_at=bill.at,
    )
