"""Transfers and credit for tests; each function works inside the caller's scope and transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from tests.factories.tenants import NOON
from wallet.credits.models.holds import Hold
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.monthly import MonthlyGrant
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.closing import lose_rest, settle_owed
from wallet.credits.operations.debits import Debit, debit_one
from wallet.credits.operations.grants import Grant, grant
from wallet.credits.operations.holds import HoldWish, hold
from wallet.credits.operations.monthly import begin_monthly
from wallet.credits.operations.refunds import refund
from wallet.credits.operations.top_ups import TopUp, top_up
from wallet.credits.rules.closing import emptying
from wallet.credits.rules.monthly import Unused
from wallet.credits.standing import Standing, WalletKey, lock_wallet
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


def wallet_of(of: SubAccount) -> WalletKey:
    return WalletKey(of.id, of.currency)


def topped_up(of: SubAccount, amount: str, *, now: datetime = NOON, **terms: object) -> WalletTransaction:
    """Settled money of a charge of its own becomes credit."""
    wish = TopUp(**{"sub_account_id": of.id, "amount": dollars(amount), "charge_id": ids.new_id()} | terms)
    return top_up(wish, now=now)


def granted(of: SubAccount, amount: str, *, now: datetime = NOON, **terms: object) -> CreditLot:
    values = {"sub_account_id": of.id, "amount": dollars(amount), "source_type": "test", "source_id": ids.new_id()}
    [lot] = grant([Grant(**values | terms)], now=now)
    return lot


def given_monthly(
    of: SubAccount, amount: str, *, unused: Unused = Unused.EXPIRES, now: datetime = NOON
) -> MonthlyGrant:
    """Complimentary credit with every month; the present one is given."""
    return begin_monthly(of, dollars(amount), unused, "Courtesy", request_id=ids.new_id(), by=OPERATOR, now=now)


def wish(of: SubAccount, amount: str, **terms: object) -> Debit:
    values = {"sub_account_id": of.id, "amount": dollars(amount), "source_type": "test", "source_id": ids.new_id()}
    return Debit(**values | terms)


def spent(of: SubAccount, amount: str, *, now: datetime = NOON, **terms: object) -> WalletTransaction:
    """Past work, which is never refused."""
    return debit_one(wish(of, amount, **terms), now=now)


def held(of: SubAccount, amount: str, *, now: datetime = NOON, **terms: object) -> Hold:
    values = {"sub_account_id": of.id, "amount": dollars(amount), "source_type": "test", "source_id": ids.new_id()}
    return hold(HoldWish(**values | {"expires_at": now + timedelta(hours=1)} | terms), now=now)


def standing(of: SubAccount) -> Standing:
    return lock_wallet(wallet_of(of))


def balance(of: SubAccount) -> str:
    return str(standing(of).balance)


def left(of: SubAccount) -> dict[str, str]:
    """What is left of each lot, by its description, spent lots too."""
    rows = session.execute(
        select(CreditLot.description, CreditLot.remaining)
        .where(CreditLot.sub_account_id == of.id)
        .order_by(CreditLot.id)
    )
    return {name: Money(remaining, "USD").plain() for name, remaining in rows}


def emptied(of: SubAccount, *, now: datetime = NOON) -> Money:
    """The ledger's side of a close-out, with no door behind it; answers what is owed still."""
    key = wallet_of(of)
    still_owed = settle_owed(key, now=now)
    standing = lock_wallet(key)
    amount = emptying(standing.left, owed=standing.owed).returned
    if amount:
        refund(key, amount, source_type="test", source_id=of.id, now=now)
    lose_rest(key, now=now)
    return still_owed
