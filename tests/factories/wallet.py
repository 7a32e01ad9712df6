"""Transfers and credit for tests; each function works inside the caller's scope and transaction."""

from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from tests.factories.tenants import NOON
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.postings import Posting


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


def account(of: SubAccount, kind: AccountKind, currency: str = "USD") -> AccountKey:
    return AccountKey(kind, of.id, currency)


def posting(
    of: SubAccount,
    amount: str,
    debit: AccountKind = AccountKind.CARD_CLEARING,
    credit: AccountKind = AccountKind.PURCHASED_CREDIT,
    source_id: UUID | None = None,
    **terms: object,
) -> Posting:
    """One transfer in the books of a sub-account: by default a top-up."""
    values = {"code": Code.TOP_UP, "source_type": "test", "journal_id": ids.new_id()} | terms
    return Posting(
        debit=account(of, debit),
        credit=account(of, credit),
        amount=dollars(amount),
        source_id=source_id or ids.new_id(),
        **values,
    )


__all__ = ["NOON", "account", "dollars", "posting"]
