"""The shares of what an app brought, as accounts of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from marketplace.installs.models.charges import AppCharge
from marketplace.installs.models.installs import Install
from marketplace.installs.rules.shares import Shares
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting

PUBLISHER = "publisher"


def revenue_of(row: AppCharge | Install) -> AccountKey:
    """Where all that apps bring arrives; what is left there is the agency's."""
    return AccountKey(AccountKind.REVENUE_MARKETPLACE, row.sub_account_id, row.currency)


def payable(row: AppCharge) -> AccountKey:
    return payable_to(row.publisher_id, row.sub_account_id, row.currency)


def payable_to(publisher_id: UUID, sub_account_id: UUID, currency: str) -> AccountKey:
    """What is owed to a publisher for one client."""
    return AccountKey(AccountKind.DEVELOPER_PAYABLE, sub_account_id, currency, PUBLISHER, publisher_id)


def platform(row: AppCharge) -> AccountKey:
    return AccountKey(AccountKind.PLATFORM_SHARE, row.sub_account_id, row.currency)


def tax_payable(row: AppCharge) -> AccountKey:
    return AccountKey(AccountKind.TAX_PAYABLE, row.sub_account_id, row.currency)


def credits_of(row: AppCharge, shares: Shares, tax: Money) -> tuple[tuple[AccountKey, Money], ...]:
    """Who gets a charge, or gives it back, and how much each; those who get nothing are left out."""
    parts = (
        (payable(row), shares.developer),
        (platform(row), shares.platform),
        (revenue_of(row), shares.agency),
        (tax_payable(row), tax),
    )
    return tuple((account, amount) for account, amount in parts if amount)


def share_capture(row: AppCharge, shares: Shares, *, now: datetime) -> None:
    """A hold pays the marketplace's revenue; its capture hands the others theirs on, in the journal of the capture."""
    post([*postings(row, shares), *_handed_on(row, [(tax_payable(row), row.tax, Code.TAX)])], now=now)


def postings(row: AppCharge, shares: Shares) -> Sequence[Posting]:
    """What hands the shares on from the revenue, in the journal of what was paid; below zero, takes them back."""
    parts = [
        (payable(row), shares.developer, Code.DEVELOPER_SHARE),
        (platform(row), shares.platform, Code.PLATFORM_SHARE),
    ]
    return _handed_on(row, parts)


def _handed_on(row: AppCharge, parts: Sequence[tuple[AccountKey, Money, Code]]) -> Sequence[Posting]:
    return [
        Posting(
            debit=revenue_of(row) if amount.micros > 0 else account,
            credit=account if amount.micros > 0 else revenue_of(row),
            amount=abs(amount),
            code=code,
            source_type="app_charge",
            source_id=row.id,
            journal_id=row.source_id,
        )
        for account, amount, code in parts
        if amount
    ]
