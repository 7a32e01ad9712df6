"""Payments of what subscriptions bill: by card or from a wallet."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from agency.foundation.actor import PLATFORM
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.billing_run.models import AmountDue
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.payments.models.payments import Allocation, Cause, Method, Payment, PaymentState
from wallet.payment_methods.models import PaymentMethod


def by_card(due: AmountDue, card: PaymentMethod, *, now: datetime) -> Payment:
    """Asked for, and its end not known yet; it has its invoice's id, so that there is one."""
    invoice = session.get_one(Invoice, (scope.agency_id(), due.id))
    row = _payment(invoice, due, Method.CARD, today=SellerAtHand(None).today(now), now=now)
    row.state, row.payment_method_id, row.card_name = PaymentState.PROCESSING, card.id, card.name
    session.add(row)
    session.flush()
    return row


def asked_again(due: AmountDue, card: PaymentMethod) -> None:
    """Another try of the same payment."""
    row = session.get_one(Payment, (scope.agency_id(), due.id))
    row.state, row.ended_at, row.decline_class, row.decline_code = PaymentState.PROCESSING, None, None, None
    row.payment_method_id, row.card_name = card.id, card.name


def from_wallets(dues: Sequence[AmountDue], *, now: datetime) -> None:
    """The wallets' debits have posted them to their invoices."""
    query = select(Invoice).where(Invoice.id == any_of(due.id for due in dues))
    invoices = {row.id: row for row in session.scalars(query)}
    today = SellerAtHand(None).today(now)
    rows = []
    for due in dues:
        row = _payment(invoices[due.id], due, Method.WALLET, today=today, now=now)
        row.state, row.ended_at = PaymentState.SETTLED, now
        rows.append(row)
    session.add_all(rows)
    session.flush()
    session.add_all([_allocation(row, now=now) for row in rows])
    session.flush()


def _payment(of: Invoice, due: AmountDue, method: Method, *, today: date, now: datetime) -> Payment:
    """Of all that is left; it has the invoice's id."""
    return Payment(
        id=of.id,
        sub_account_id=of.sub_account_id,
        seller=Seller.AGENCY,
        payer_id=of.payer_id,
        billing_account_id=of.billing_account_id,
        payer_name=of.payer_name,
        currency=due.currency,
        amount_micros=due.asked_micros,
        unapplied_micros=0,
        refunded_micros=0,
        disputed_micros=0,
        method=method,
        received_on=today,
        planned=[[str(due.id), str(due.asked_micros)]],
        requested_by=PLATFORM.name,
        created_at=now,
    )


def _allocation(row: Payment, *, now: datetime) -> Allocation:
    return Allocation(
        sub_account_id=row.sub_account_id,
        seller=row.seller,
        currency=row.currency,
        amount_micros=row.amount_micros,
        payment_id=row.id,
        invoice_id=row.id,
        cause=Cause.PAYMENT,
        cause_id=row.id,
        created_at=now,
    )
