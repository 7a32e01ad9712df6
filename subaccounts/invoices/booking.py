"""Invoices in the ledger: who owes, what earned it, and the accounts that settle it.

Every transfer of an invoice names it as its source, so that debits less credits on the receivable account, over
the invoice's own transfers, are its balance.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import DocumentColumns, LineColumns, Seller
from subaccounts.invoices.models.credit_notes import CreditNote
from wallet.ledger.chart import SUB_ACCOUNT, AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.postings import Posting

INVOICE = "invoice"
CUSTOMER = "customer"
# Debit, credit, code, amount; below zero it goes the other way.
Part = tuple[AccountKey, AccountKey, Code, Money]
OF_AGENCY = {
    "receivable": AccountKind.RECEIVABLE,
    "unapplied": AccountKind.UNAPPLIED_CREDIT,
    "tax": AccountKind.TAX_PAYABLE,
    "bad_debt": AccountKind.BAD_DEBT,
    "rounding": AccountKind.ROUNDING,
    "clearing": AccountKind.CARD_CLEARING,
}
OF_SUB_ACCOUNT = {
    "receivable": AccountKind.SELLER_RECEIVABLE,
    "unapplied": AccountKind.SELLER_UNAPPLIED,
    "tax": AccountKind.SELLER_TAX,
    "bad_debt": AccountKind.SELLER_BAD_DEBT,
    "rounding": AccountKind.SELLER_ROUNDING,
    "clearing": AccountKind.SELLER_CLEARING,
}
OF_THE_PAYER = frozenset({"receivable", "unapplied"})


def account(of: DocumentColumns, role: str) -> AccountKey:
    """The account that plays a role for the invoice: ``receivable``, ``unapplied``, ``tax``, ``bad_debt`` ..."""
    return account_of(of.seller, of.sub_account_id, of.customer_id, of.currency, role)


def account_of(seller: Seller, sub_account_id: UUID, customer_id: UUID | None, currency: str, role: str) -> AccountKey:
    """The same without an invoice: what a payer owes (*receivable*) and has to its credit (*unapplied*)."""
    kind = (OF_AGENCY if seller is Seller.AGENCY else OF_SUB_ACCOUNT)[role]
    if seller is Seller.SUB_ACCOUNT and role in OF_THE_PAYER:
        return AccountKey(kind, sub_account_id, currency, CUSTOMER, customer_id)
    return AccountKey(kind, sub_account_id, currency, SUB_ACCOUNT)


def revenue(of: DocumentColumns, line: LineColumns) -> AccountKey:
    kind = line.revenue if of.seller is Seller.AGENCY else AccountKind.SELLER_SALES
    return AccountKey(kind, of.sub_account_id, of.currency)


def opening(
    invoice_id: UUID, of: DocumentColumns, lines: Iterable[LineColumns], *, cost: Money, at: datetime
) -> list[Posting]:
    """What an invoice earns and costs, and who owes it.

    What a wallet paid is posted already, but for its rounding to coins.
    """
    owed, journal = account(of, "receivable"), ids.new_id()
    parts: list[Part] = [cost_part(of, cost)]
    for line in lines:
        earned = revenue(of, line)
        if line.wallet_micros is None:
            parts += [(owed, earned, Code.INVOICE, line.net), (owed, account(of, "tax"), Code.TAX, line.tax)]
        else:
            dust = line.gross - Money(line.wallet_micros, of.currency)
            parts.append((account(of, "rounding"), earned, Code.ROUNDING, dust))
    return _summed(parts, invoice_id, journal=journal, at=at)


def cost_part(of: DocumentColumns | CreditNote, cost: Money) -> Part:
    """What the agency owes others for what it sells; below zero it is owed no more."""
    spent, payable = (
        AccountKey(kind, of.sub_account_id, of.currency)
        for kind in (AccountKind.WHOLESALE_COST, AccountKind.WHOLESALE_PAYABLE)
    )
    return spent, payable, Code.WHOLESALE, cost


def costing(
    document_id: UUID, of: DocumentColumns | CreditNote, cost: Money, *, journal: UUID, at: datetime
) -> list[Posting]:
    """The cost alone, where it could not be seen when the rest was posted."""
    return _summed([cost_part(of, cost)], document_id, journal=journal, at=at)


def crediting(
    of: DocumentColumns,
    invoice_id: UUID,
    credited: Iterable[tuple[LineColumns, Money, Money]],
    *,
    kept: Money,
    cost: Money,
    journal: UUID,
    at: datetime,
) -> list[Posting]:
    """A credit note: net, tax and cost are taken back; ``kept`` was paid and becomes the payer's credit."""
    owed = account(of, "receivable")
    parts: list[Part] = [cost_part(of, -cost), (owed, account(of, "unapplied"), Code.CREDIT_NOTE, kept)]
    for line, net, tax in credited:
        parts.append((revenue(of, line), owed, Code.CREDIT_NOTE, net))
        parts.append((account(of, "tax"), owed, Code.CREDIT_NOTE, tax))
    return _summed(parts, invoice_id, journal=journal, at=at)


def _summed(parts: Iterable[Part], invoice_id: UUID, *, journal: UUID, at: datetime) -> list[Posting]:
    """One transfer for each pair of accounts, however many lines there are."""
    sums: dict[tuple[AccountKey, AccountKey, Code], Money] = {}
    for debit, credit, code, amount in parts:
        key = (debit, credit, code)
        sums[key] = sums[key] + amount if key in sums else amount
    return [
        posting(invoice_id, debit, credit, amount, code, journal=journal, at=at)
        for (debit, credit, code), amount in sums.items()
        if amount
    ]


def posting(
    invoice_id: UUID, debit: AccountKey, credit: AccountKey, amount: Money, code: Code, *, journal: UUID, at: datetime
) -> Posting:
    """A transfer of the invoice; an amount below zero goes the other way."""
    if amount.micros < 0:
        debit, credit, amount = credit, debit, -amount
    return Posting(
        debit=debit,
        credit=credit,
        amount=amount,
        code=code,
        source_type=INVOICE,
        source_id=invoice_id,
        journal_id=journal,
        effective_at=at,
    )
