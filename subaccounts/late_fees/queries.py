"""The rule of a seller, and which of its invoices are late."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, or_, select

from agency.foundation.database.bulk import any_of
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


def rule_at_hand(rule_id: UUID, *, for_update: bool = False) -> LateFeeRule:
    """As it stands now, whatever was read of it before."""
    query = select(LateFeeRule).where(LateFeeRule.id == rule_id).execution_options(populate_existing=True)
    return session.scalars(query.with_for_update() if for_update else query).one()


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


def late(rule: LateFeeRule, *, today: date, among: Collection[UUID]) -> Sequence[UUID]:
    """Those of the invoices that owe a fee by a day and were not charged it, as long as the rule is on."""
    return session.scalars(_late(rule, today).where(Invoice.id == any_of(among))).all() if rule.is_on else []


def late_after(rule: LateFeeRule, place: UUID, *, today: date, limit: int) -> Sequence[UUID]:
    """The same of all invoices behind a place, in the order of their ids."""
    return session.scalars(_late(rule, today).where(Invoice.id > place).order_by(Invoice.id).limit(limit)).all()


def first_day(rule: LateFeeRule) -> date | None:
    """The first on which one of the seller's open invoices owes a fee that was not charged; it may be over."""
    return session.scalar(select(func.min(_next_on(rule))).where(*_may_cost(rule)))


def _late(rule: LateFeeRule, today: date) -> Select[UUID]:
    return select(Invoice.id).where(*_may_cost(rule), _next_on(rule) <= today)


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
