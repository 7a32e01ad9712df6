"""What installed apps hear from the rooms below, in their transactions."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Component
from agency.tenants.events import SubAccountClosed
from marketplace.catalogue.queries import listed_prices
from marketplace.installs.models.charges import AppChargeKind
from marketplace.installs.models.installs import Install, InstallState, WhyRemoved
from marketplace.installs.operations import sharing
from marketplace.installs.operations.removing import end_install
from marketplace.installs.operations.reversing import Reversal, restore, reverse
from marketplace.installs.operations.telling import PAST_DUE, PLAN_CHANGED, RECOVERED, tell
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.queries import dues
from subaccounts.invoices.events import InvoiceSettled
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.payments.events import PaymentRefunded
from subaccounts.payments.models.payments import Allocation
from subaccounts.subscriptions.events import SubscriptionsBilled, SubscriptionsMoved
from subaccounts.subscriptions.holdings import holding
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.queries import subscription
from wallet.charges.events import DisputeLost


def remove_of_closed(event: SubAccountClosed) -> None:
    """Its apps may spend nothing any more; a subscription that pays for one is ended by the closing itself."""
    theirs = select(Install).where(Install.sub_account_id == event.sub_account.id, Install.removed_at.is_(None))
    for row in session.scalars(theirs.order_by(Install.id)).all():
        end_install(row, WhyRemoved.ENDED, by=PLATFORM, now=event.at)


def share_bills(event: SubscriptionsBilled) -> None:
    sharing.share_bills(event.bills, now=event.at)


def follow_subscriptions(event: SubscriptionsMoved) -> None:
    """An install goes where its subscription goes: behind with its payments, to another plan, to its end."""
    moves = [move for move in event.moves if move.kind in _FOLLOWED]
    if not moves:
        return
    moved = {move.subscription_id for move in moves}
    found = select(Install).where(Install.subscription_id.in_(moved), Install.removed_at.is_(None)).order_by(Install.id)
    for row in session.scalars(found.execution_options(populate_existing=True)).all():
        for move in moves:
            if move.subscription_id == row.subscription_id:
                _FOLLOWED[move.kind](row, event.at)


def _past_due(row: Install, now: datetime) -> None:
    row.state = InstallState.PAST_DUE
    tell(PAST_DUE, row, now=now)


def _recovered(row: Install, now: datetime) -> None:
    row.state = InstallState.ACTIVE
    tell(RECOVERED, row, now=now)


def _changed(row: Install, now: datetime) -> None:
    items = holding(subscription(row.subscription_id)).terms.items if row.subscription_id else ()
    lines = [item.price.line_id for item in items if item.price.component is Component.BASE]
    listed = next(iter(listed_prices(lines).values()), None)
    if listed is not None and listed.id != row.app_price_id:
        row.app_price_id = listed.id
        session.flush()
        tell(PLAN_CHANGED, row, now=now)


def _canceled(row: Install, now: datetime) -> None:
    unpaid = _stopped(row)
    was_behind = row.state is InstallState.PAST_DUE or bool(unpaid)
    for due in unpaid:
        part = Fraction(due.asked.micros, due.total_micros)
        reverse(due.id, part, Reversal(AppChargeKind.UNCOLLECTED, "unpaid"), now=now, of=row)
    end_install(row, WhyRemoved.UNPAID if was_behind else WhyRemoved.ENDED, by=PLATFORM, now=now)


_FOLLOWED = {
    Happened.PAST_DUE: _past_due,
    Happened.RECOVERED: _recovered,
    Happened.CHANGED: _changed,
    Happened.CANCELED: _canceled,
}


def reverse_disputed(event: DisputeLost) -> None:
    """The bank took the money of bills back for good: each gives back its share, where nobody has paid it since."""
    why = Reversal(AppChargeKind.DISPUTE, f"dispute:{event.dispute.id}")
    for bill, micros in _reopened(event.dispute.id):
        reverse(bill.id, _part(bill, min(micros, bill.balance.micros)), why, now=event.at)


def reverse_refunded(event: PaymentRefunded) -> None:
    """The payer got the money of bills back: each gives back its share."""
    why = Reversal(AppChargeKind.REFUND, f"refund:{event.refund.id}")
    if event.payment.credit_note_id is not None:
        note = session.get_one(CreditNote, (scope.agency_id(), event.payment.credit_note_id))
        if note.invoice_id is not None:
            credited = session.get_one(Invoice, (scope.agency_id(), note.invoice_id))
            reverse(credited.id, _part(credited, event.refund.amount_micros), why, now=event.at)
    for bill, micros in _reopened(event.refund.id):
        reverse(bill.id, _part(bill, micros), why, now=event.at)


def restore_paid(event: InvoiceSettled) -> None:
    """What was taken back of a bill is shared again once it is paid in full."""
    if event.amount.micros > 0 and event.invoice.paid_micros == _asked(event.invoice):
        restore(event.invoice.id, now=event.at)


def _reopened(cause_id: UUID) -> list[tuple[Invoice, int]]:
    """The invoices from which something took money back, and how many micros."""
    rows = session.execute(
        select(Invoice, -func.sum(Allocation.amount_micros))
        .join(Allocation, (Allocation.agency_id == Invoice.agency_id) & (Allocation.invoice_id == Invoice.id))
        .where(Allocation.cause_id == cause_id, Allocation.amount_micros < 0)
        .group_by(Invoice.agency_id, Invoice.id)
    )
    return [(bill, int(micros)) for bill, micros in rows]


def _part(bill: Invoice, micros: int) -> Fraction:
    """Of what it asked for; what a wallet paid before is no part of that."""
    return Fraction(micros, _asked(bill)) if _asked(bill) else Fraction(0)


def _asked(bill: Invoice) -> int:
    return bill.total_micros - bill.wallet_micros


def _stopped(row: Install) -> list[AmountDue]:
    """What of its subscription nobody asks for any more, though it was not paid."""
    if row.subscription_id is None:
        return []
    return [due for due in dues(subscription(row.subscription_id), DueState.STOPPED) if due.asked]
