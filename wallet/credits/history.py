"""Reads of a wallet's history, and of the credit that paid for each line of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from wallet.credits.models.lots import CreditLot, LotUse
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.standing import WalletKey
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Any kind, product and time where nothing is said; ``start`` inclusive to ``end`` exclusive by booking."""

    kinds: tuple[Code, ...] = ()
    product_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None


def transactions(key: WalletKey, wanted: HistoryFilter, *, cursor: str | None, limit: int) -> Page[WalletTransaction]:
    """The wallet's history, newest first."""
    query = select(WalletTransaction).where(
        WalletTransaction.sub_account_id == key.sub_account_id, WalletTransaction.currency == key.currency
    )
    if wanted.kinds:
        query = query.where(WalletTransaction.kind.in_(wanted.kinds))
    if wanted.product_id is not None:
        query = query.where(WalletTransaction.product_id == wanted.product_id)
    if wanted.start is not None:
        query = query.where(WalletTransaction.booked_at >= wanted.start)
    if wanted.end is not None:
        query = query.where(WalletTransaction.booked_at < wanted.end)
    return paged(query, WalletTransaction.id, cursor=cursor, limit=limit)


def find_transaction(transaction_id: UUID, *, sub_account_id: UUID) -> WalletTransaction:
    """A line of this wallet's history.

    Raises:
        NotFound: no such line on it.
    """
    row = session.get(WalletTransaction, (scope.agency_id(), transaction_id))
    if row is None or row.sub_account_id != sub_account_id:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class LotShare:
    """What one lot paid of a transaction; below zero: what it was given back."""

    lot: CreditLot
    amount: Money


def lots_of(transaction_ids: Iterable[UUID]) -> dict[UUID, list[LotShare]]:
    """Which lots paid each transaction, in one query."""
    found: dict[UUID, list[LotShare]] = {}
    rows = session.execute(
        select(LotUse, CreditLot)
        .join(CreditLot, (CreditLot.agency_id == LotUse.agency_id) & (CreditLot.id == LotUse.lot_id))
        .where(LotUse.transaction_id.in_(transaction_ids))
        .order_by(LotUse.lot_id)
    )
    for use, lot in rows:
        share = LotShare(lot=lot, amount=Money(use.amount, lot.currency))
        found.setdefault(use.transaction_id, []).append(share)
    return found
