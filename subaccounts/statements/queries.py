"""Statements, and what a payer owed over time as the ledger has it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import undefer

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, first_page, paged
from agency.foundation.tenancy import scope
from subaccounts.invoices.booking import account_of
from subaccounts.invoices.models.columns import Seller
from subaccounts.statements.models import Statement, StatementKind
from wallet.ledger.codes import Code
from wallet.ledger.models import Phase, Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The account between a seller and a payer, in one currency."""

    seller: Seller
    sub_account_id: UUID
    customer_id: UUID | None
    currency: str

    @property
    def accounts(self) -> set[UUID]:
        """What is owed, and what is kept as credit: between them nothing changes what is owed in all."""
        of = (self.seller, self.sub_account_id, self.customer_id, self.currency)
        return {account_of(*of, role).id for role in ("receivable", "unapplied")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One act: ``change`` of what is owed; its journal names a payment, a note, a refund or a dispute."""

    at: datetime
    code: Code
    source_type: str
    source_id: UUID
    journal_id: UUID
    change: Money


def statement(statement_id: UUID, *, seller: Seller | None = None, sub_account_id: UUID | None = None) -> Statement:
    """Raises NotFound: none such, or of another seller."""
    found = session.get(Statement, (scope.agency_id(), statement_id), options=[undefer(Statement.document)])
    if found is None or found.seller != (seller or found.seller):
        raise NotFound
    if found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def statements(
    *,
    seller: Seller | None = None,
    sub_account_id: UUID | None = None,
    customer_id: UUID | None = None,
    kind: StatementKind | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Statement]:
    """Newest first."""
    query: Select[Statement] = select(Statement)
    for column, value in (
        (Statement.seller, seller),
        (Statement.sub_account_id, sub_account_id),
        (Statement.customer_id, customer_id),
        (Statement.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    return paged(query, Statement.id, cursor=cursor, limit=limit)


_placed = (
    select(
        Statement.id,
        func.row_number().over(partition_by=Statement.kind, order_by=Statement.id.desc()).label("place"),
    )
    .where(Statement.customer_id == bindparam("customer_id"))
    .subquery()
)
NEWEST = (
    select(Statement)
    .join(_placed, (_placed.c.id == Statement.id) & (_placed.c.place <= bindparam("limit")))
    .order_by(Statement.id.desc())
    .execution_options(prepared=True)
)


def newest_statements(customer_id: UUID, *, limit: int) -> dict[StatementKind, Page[Statement]]:
    """The first page of each kind, in one query."""
    rows = session.scalars(NEWEST, {"customer_id": customer_id, "limit": limit + 1}).all()
    return {kind: first_page([row for row in rows if row.kind is kind], limit) for kind in StatementKind}


def movements(whose: Whose, *, until: datetime) -> list[Movement]:
    """Every act before a moment, in the order in which it took effect."""
    accounts = whose.accounts
    rows = session.scalars(
        select(Transfer)
        .where(
            or_(Transfer.debit_account_id.in_(accounts), Transfer.credit_account_id.in_(accounts)),
            Transfer.phase == Phase.POSTED,
            Transfer.effective_at < until,
        )
        .order_by(Transfer.effective_at, Transfer.id)
    ).all()
    return _acts(rows, accounts)


def _acts(rows: Sequence[Transfer], accounts: set[UUID]) -> list[Movement]:
    """Transfers of one journal and cause together; what only moves between the two accounts is no act."""
    found: dict[tuple[UUID, UUID, bool], Movement] = {}
    for row in rows:
        owed_more, owed_less = row.debit_account_id in accounts, row.credit_account_id in accounts
        if owed_more and owed_less:
            continue
        change = row.money if owed_more else -row.money
        key = (row.journal_id, row.source_id, row.code is Code.VOID)
        before = found.get(key)
        found[key] = Movement(
            at=before.at if before else row.effective_at,
            code=before.code if before else row.code,
            source_type=row.source_type,
            source_id=row.source_id,
            journal_id=row.journal_id,
            change=before.change + change if before else change,
        )
    return [each for each in found.values() if each.change]


def total(found: Iterable[Movement], currency: str) -> Money:
    return Money.sum([each.change for each in found], currency)
