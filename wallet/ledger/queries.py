"""Reads of the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.paging import LIMIT_MAX
from wallet.ledger.chart import DEBIT_KINDS, AccountKey, AccountKind
from wallet.ledger.models import Account, Phase, Transfer


def balances(keys: Iterable[AccountKey]) -> dict[AccountKey, Money]:
    """What is posted on each account, on its own side; zero where none was opened."""
    wanted = {key.id: key for key in keys}
    rows = session.scalars(select(Account).where(Account.id.in_(wanted)).execution_options(populate_existing=True))
    found = {row.id: row.balance for row in rows}
    return {key: found.get(account_id, Money.zero(key.currency)) for account_id, key in wanted.items()}


def balance(key: AccountKey) -> Money:
    return balances([key])[key]


def transfers_of(source_id: UUID) -> Sequence[Transfer]:
    """What one invoice, charge or other source moved, in the order of booking."""
    return session.scalars(select(Transfer).where(Transfer.source_id == source_id).order_by(Transfer.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Of one kind of account in one currency: the sums of all its accounts."""

    kind: AccountKind
    currency: str
    debits: Money
    credits: Money

    @property
    def balance(self) -> Money:
        grown = self.credits - self.debits
        return -grown if self.kind in DEBIT_KINDS else grown


def trial_balance(*, sub_account_id: UUID | None = None) -> list[Total]:
    """Of the agency, or of one sub-account's books; debits and credits of a currency are equal over all."""
    query = (
        select(Account.kind, Account.currency, func.sum(Account.debits_posted), func.sum(Account.credits_posted))
        .group_by(Account.kind, Account.currency)
        .order_by(Account.currency, Account.kind)
    )
    if sub_account_id is not None:
        query = query.where(Account.sub_account_id == sub_account_id)
    return [
        Total(kind=kind, currency=currency, debits=Money(int(debits), currency), credits=Money(int(credited), currency))
        for kind, currency, debits, credited in session.execute(query)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """``change`` is on the account's own side; ``balance`` is what stood after it."""

    transfer: Transfer
    change: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    opening: Money
    lines: list[StatementLine]
    closing: Money
    next_cursor: str | None


def statement(
    key: AccountKey,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    cursor: str | None = None,
    limit: int = LIMIT_MAX,
) -> Statement:
    """Posted transfers in the order of booking, ``start`` inclusive to ``end`` exclusive by ``booked_at``.

    ``cursor`` is the ``next_cursor`` of the page before; ``opening`` is then what that page closed with.
    """
    after = ids.decode_bare(cursor) if cursor else None
    query = _posted(key)
    if start is not None:
        query = query.where(Transfer.booked_at >= start)
    if end is not None:
        query = query.where(Transfer.booked_at < end)
    if after is not None:
        query = query.where(Transfer.id > after)
    rows = session.scalars(query.order_by(Transfer.id).limit(limit + 1)).all()
    opening = running = _balance_before(key, rows[0]) if rows else _balance_at(key, start or end)
    lines = []
    for transfer in rows[:limit]:
        change = _change(key, transfer)
        running += change
        lines.append(StatementLine(transfer=transfer, change=change, balance=running))
    more = ids.encode_bare(rows[limit - 1].id) if len(rows) > limit else None
    return Statement(opening=opening, lines=lines, closing=running, next_cursor=more)


def _posted(key: AccountKey) -> Select[Transfer]:
    return select(Transfer).where(
        or_(Transfer.debit_account_id == key.id, Transfer.credit_account_id == key.id), Transfer.phase == Phase.POSTED
    )


def _change(key: AccountKey, transfer: Transfer) -> Money:
    grows = (transfer.debit_account_id == key.id) == (key.kind in DEBIT_KINDS)
    return transfer.money if grows else -transfer.money


def _balance_before(key: AccountKey, transfer: Transfer) -> Money:
    return _sum(key, Transfer.id < transfer.id)


def _balance_at(key: AccountKey, moment: datetime | None) -> Money:
    return balance(key) if moment is None else _sum(key, Transfer.booked_at < moment)


def _sum(key: AccountKey, condition: ColumnElement[bool]) -> Money:
    grows = Transfer.debit_account_id if key.kind in DEBIT_KINDS else Transfer.credit_account_id
    signed = case((grows == key.id, Transfer.amount), else_=-Transfer.amount)
    found = session.scalar(_posted(key).with_only_columns(func.sum(signed)).where(condition))
    return Money(int(found or 0), key.currency)
