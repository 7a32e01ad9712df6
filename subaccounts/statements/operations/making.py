"""Statements: numbered, and frozen as they were made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.csv_files import csv_answer
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError
from agency.foundation.local_days import instant
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.rules.canonical import digest_of
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.invoices.typesetting import typeset
from subaccounts.statements.models import Statement, StatementKind
from subaccounts.statements.operations.wording import account_document, insurance_document
from subaccounts.statements.queries import Whose, movements, total
from wallet.billing_accounts.models import BillingAccount


class DaysTurnedRound(DomainError):
    status = 422
    field = "last_day"
    message = _l("The statement ends before it begins. Choose a later last day.")


class NotOverYet(DomainError):
    status = 422
    field = "last_day"
    message = _l("A statement never changes, so it cannot reach beyond today. Choose today or an earlier day.")


class NotForInsurance(DomainError):
    status = 422
    field = "kind"
    message = _l("A statement for reimbursement is made for a customer. Choose one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWish:
    """From one day to another in the seller's zone, both included; ``tax_ids_shown``: in full, else masked."""

    account: BillingAccount
    seller: Seller
    first_day: date
    last_day: date
    customer_id: UUID | None = None
    kind: StatementKind = StatementKind.ACCOUNT
    tax_ids_shown: bool = False


def make_statement(wish: StatementWish, *, by: Actor, now: datetime) -> Statement:
    """Write down what was charged and paid, as the ledger has it.

    Raises:
        DaysTurnedRound, NotOverYet, NotForInsurance
    """
    account = wish.account
    seller = SellerAtHand(seller_id(wish.seller, account.sub_account_id))
    _refuse(wish, today=seller.today(now))
    whose = Whose(
        seller=wish.seller,
        sub_account_id=account.sub_account_id,
        customer_id=wish.customer_id,
        currency=account.currency,
    )
    start, end = instant(wish.first_day, seller.zone), instant(wish.last_day + timedelta(days=1), seller.zone)
    every = movements(whose, until=end)
    opening = total([each for each in every if each.at < start], account.currency)
    row = Statement(
        sub_account_id=account.sub_account_id,
        seller_id=seller.sub_account_id,
        seller=wish.seller,
        customer_id=wish.customer_id,
        payer_id=account.payer_id,
        payer_name=account.legal_name,
        kind=wish.kind,
        number=_next_number(seller.sub_account_id),
        first_day=wish.first_day,
        last_day=wish.last_day,
        currency=account.currency,
        opening_micros=opening.micros,
        closing_micros=total(every, account.currency).micros,
        created_at=now,
        created_by=by.name,
    )
    if wish.kind is StatementKind.INSURANCE:
        row.document = insurance_document(row, account, seller, tax_ids_shown=wish.tax_ids_shown)
    else:
        row.document = account_document(row, account, seller, [each for each in every if each.at >= start])
    row.document_hash = digest_of(row.document)
    session.add(row)
    session.flush()
    after = {"first_day": wish.first_day.isoformat(), "last_day": wish.last_day.isoformat()}
    record("statement.made", row, by=by, now=now, after=after, sub_account_id=row.sub_account_id)
    return row


def pdf(found: Statement) -> bytes:
    """As PDF/A, the same bytes every time."""
    return typeset("statement", found.document, dated=found.created_at)


def csv(found: Statement) -> Response:
    """Its rows as a program or a spreadsheet reads them, with the same balances."""
    head = [*found.document["head"], _("Currency")]
    return csv_answer(found.number_text, head, [[*row, found.currency] for row in found.document["plain"]])


def _refuse(wish: StatementWish, *, today: date) -> None:
    if wish.last_day < wish.first_day:
        raise DaysTurnedRound
    if wish.last_day > today:
        raise NotOverYet
    if wish.kind is StatementKind.INSURANCE and wish.customer_id is None:
        raise NotForInsurance


def _next_number(numbered_for: UUID | None) -> int:
    """One after the other: whoever comes at the same time waits until the first one is stored."""
    take_turn(f"statement/{numbered_for}")
    query = select(func.max(Statement.number)).where(Statement.seller_id.is_not_distinct_from(numbered_for))
    return (session.scalar(query) or 0) + 1
