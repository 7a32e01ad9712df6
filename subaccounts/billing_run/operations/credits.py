"""Credit of an account pays what it owes, the oldest first.

A payment or an invoice that is in other hands is left out: who waits for it with the books in hand may be waited for.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from agency.foundation import ids
from agency.foundation.database.session import session
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.queries import is_of_any
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.payments.models.payments import Cause, Payment
from subaccounts.payments.operations.applying import apply


def credit_new(invoice_ids: Sequence[UUID], sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Credit pays invoices that were opened now."""
    if given := _credit(sub_account_ids):
        _use(given, AmountDue.id.in_(invoice_ids), now=now)


def credit_unpaid(subscription_ids: set[UUID], sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Credit for what was not used first pays what was never paid of the same subscription and nobody collects."""
    unpaid = AmountDue.state.in_((DueState.STOPPED, DueState.AWAITED))
    if given := _credit(sub_account_ids):
        _use(given, is_of_any(subscription_ids), unpaid, now=now)


def _credit(sub_account_ids: set[UUID]) -> Sequence[Payment]:
    """Payments of which something is left, the oldest first, locked."""
    return session.scalars(
        select(Payment)
        .where(
            Payment.sub_account_id.in_(sub_account_ids),
            Payment.seller == Seller.AGENCY,
            Payment.unapplied_micros > 0,
        )
        .order_by(Payment.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _use(given: Sequence[Payment], *wanted: ColumnElement[bool], now: datetime) -> None:
    clients = AmountDue.sub_account_id.in_({payment.sub_account_id for payment in given})
    owed: dict[tuple[UUID, str], list[AmountDue]] = {}
    is_its = (Invoice.agency_id == AmountDue.agency_id) & (Invoice.id == AmountDue.id)
    query = select(AmountDue).join(Invoice, is_its).where(clients, *wanted).order_by(AmountDue.id)
    for due in session.scalars(query.with_for_update(of=Invoice, skip_locked=True)):
        owed.setdefault((due.sub_account_id, due.currency), []).append(due)
    for payment in given:
        for due in owed.get((payment.sub_account_id, payment.currency), ()):
            if part := min(due.asked, payment.unapplied):
                apply(payment, {due.id: part}, cause=Cause.CREDIT, cause_id=ids.new_id(), now=now)
