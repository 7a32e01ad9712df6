"""The rule of a seller, and which of its invoices are late."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, or_, select

from agency.foundation.database.session import session
from agency.tenants.queries import agency, sub_account
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.queries import Document
from subaccounts.late_fees.models import LateFee, LateFeeRule, Repeats
from subaccounts.payments.queries import is_disputed

ORIGIN = "late_fee:"
AFTER_DAYS = 7


def rule_of(seller: UUID | None) -> LateFeeRule:
    """The seller's; one that is switched off where it has none."""
    found = session.scalar(select(LateFeeRule).where(LateFeeRule.sub_account_id.is_not_distinct_from(seller)))
    who = agency() if seller is None else sub_account(seller)
    return found or LateFeeRule(
        sub_account_id=seller, is_on=False, currency=who.currency, after_days=AFTER_DAYS, repeats=Repeats.ONCE
    )


def rules_on(sellers: Collection[UUID | None]) -> Sequence[LateFeeRule]:
    """Those of the sellers that are switched on; None is the agency."""
    clients = LateFeeRule.sub_account_id.in_([seller for seller in sellers if seller is not None])
    theirs = or_(clients, LateFeeRule.sub_account_id.is_(None)) if None in sellers else clients
    return session.scalars(select(LateFeeRule).where(LateFeeRule.is_on, theirs)).all()


def fees_of(invoice_id: UUID) -> list[Document]:
    """The documents of the fees that paying an invoice late has cost, the oldest first; discarded ones are gone."""
    charged = select(LateFee.document_id).where(LateFee.invoice_id == invoice_id, LateFee.document_id.is_not(None))
    drafts = session.scalars(select(InvoiceDraft).where(InvoiceDraft.id.in_(charged))).all()
    opened = session.scalars(select(Invoice).where(Invoice.id.in_(charged))).all()
    return sorted([*drafts, *opened], key=lambda found: found.id)


def late(rule: LateFeeRule, *, today: date, limit: int) -> Sequence[UUID]:
    """Invoices that owe a fee by a day and were not charged it."""
    query = select(Invoice.id).where(*_may_cost(rule), _next_on(rule) <= today)
    return session.scalars(query.order_by(Invoice.id).limit(limit)).all()


def next_day(rule: LateFeeRule, *, after: date) -> date | None:
    """The first later day on which one of the seller's open invoices will owe a fee."""
    day = _next_on(rule)
    return session.scalar(select(func.min(day)).where(*_may_cost(rule), day > after))


def _may_cost(rule: LateFeeRule) -> list[ColumnElement[bool]]:
    """Open, issued since the rule holds, no fee itself, and nobody's bank has the money back."""
    by_agency = rule.sub_account_id is None
    return [
        Invoice.seller == (Seller.AGENCY if by_agency else Seller.SUB_ACCOUNT),
        *([] if by_agency else [Invoice.sub_account_id == rule.sub_account_id]),
        Invoice.state == State.OPEN,
        Invoice.issued_on >= rule.since,
        or_(Invoice.origin.is_(None), ~Invoice.origin.startswith(ORIGIN)),
        ~is_disputed(),
        *([_last_period().is_(None)] if rule.repeats is Repeats.ONCE else []),
    ]


def _next_on(rule: LateFeeRule) -> ColumnElement[date]:
    """Of the period after the last one charged; months end as ``rules.day_of`` has them."""
    months = func.make_interval(0, func.coalesce(_last_period() + 1, 0))
    return cast(Invoice.due_on + rule.after_days + months, Date)


def _last_period() -> ColumnElement[int]:
    return select(func.max(LateFee.period)).where(LateFee.invoice_id == Invoice.id).scalar_subquery()
