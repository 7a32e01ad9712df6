"""What the billing run hears from the rooms below, in their transactions."""

from datetime import datetime

from sqlalchemy import select, update

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from subaccounts.billing_run.jobs import withdraw_charge
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations import dunning
from subaccounts.billing_run.operations.cards import declined
from subaccounts.billing_run.operations.collecting import ask_for, collect
from subaccounts.billing_run.operations.confirming import ask_to_confirm
from subaccounts.billing_run.operations.paying import settled
from subaccounts.billing_run.operations.withdrawing import withdraw
from subaccounts.billing_run.queries import locked_due
from subaccounts.invoices.events import InvoiceSettled, InvoicesOpened, InvoiceVoided
from subaccounts.invoices.models.columns import Seller
from subaccounts.payments.booking import PAYMENT
from subaccounts.subscriptions.events import SubscriptionCanceling, SubscriptionsBilled, UnpaidPauseLifted
from subaccounts.subscriptions.models.course import PauseKind, SubscriptionPause
from subaccounts.subscriptions.operations.pausing import resume
from subaccounts.subscriptions.queries import subscription
from wallet.charges.events import ChargeAbandoned, ChargeDeclined, ChargeNeedsAuthentication
from wallet.charges.models import Charge
from wallet.charges.rules import DeclineClass
from wallet.payment_methods.events import CardAttached


def collect_bills(event: SubscriptionsBilled) -> None:
    collect(event.bills, now=event.at)


def ask_for_invoices(event: InvoicesOpened) -> None:
    """Opened at once, after its days as a draft, or by hand: what a run made is collected from here on."""
    made = [row for row in event.invoices if row.seller is Seller.AGENCY and row.is_generated]
    if made:
        ask_for([row.id for row in made], {row.sub_account_id for row in made}, now=event.at)


def follow_invoice(event: InvoiceSettled | InvoiceVoided) -> None:
    """What is left of an invoice is what is asked for."""
    due = session.get(AmountDue, (event.invoice.agency_id, event.invoice.id))
    if due is not None:
        settled(due, event.invoice.balance, now=event.at)
        if due.state is DueState.PAID:
            _withdraw(due, now=event.at)


def stop_dunning(event: SubscriptionCanceling) -> None:
    for due in dunning.stop(event.subscription, now=event.at):
        _withdraw(due, now=event.at)


def ask_again(event: UnpaidPauseLifted) -> None:
    dunning.start_again(event.subscription, now=event.at)


def charge_declined(event: ChargeDeclined) -> None:
    due = _asked_for(event.charge)
    if due is not None and due.state.is_open:
        declined(due, event.charge, event.attempt, now=event.at)


def charge_needs_authentication(event: ChargeNeedsAuthentication) -> None:
    """Its cardholder gets a link; a payment that is not confirmed in time is told by ``ChargeAbandoned``."""
    due = _asked_for(event.charge)
    if due is not None and due.state.is_open:
        ask_to_confirm(due, now=event.at)


def charge_abandoned(event: ChargeAbandoned) -> None:
    due = _asked_for(event.charge)
    if due is not None and due.state.is_open:
        code = DeclineClass.NEEDS_AUTHENTICATION
        dunning.refused(due, code, code=code, now=event.at)


def card_attached(event: CardAttached) -> None:
    """Another card: what waits is tried at once, and what was paused for want of payment goes on."""
    session.execute(
        update(AmountDue)
        .where(AmountDue.sub_account_id == event.card.sub_account_id, AmountDue.state == DueState.RETRYING)
        .values(retry_at=event.at, cards_left=[])
        .execution_options(synchronize_session="fetch")
    )
    rests = session.scalars(
        select(SubscriptionPause.subscription_id).where(
            SubscriptionPause.sub_account_id == event.card.sub_account_id,
            SubscriptionPause.kind == PauseKind.UNPAID,
            SubscriptionPause.ended_at.is_(None),
        )
    ).all()
    for subscription_id in rests:
        resume(subscription(subscription_id), by=Actor(kind="person", name=event.by), now=event.at)


def _withdraw(due: AmountDue, *, now: datetime) -> None:
    if not withdraw(due.id, now=now):
        withdraw_charge.later(due_id=str(due.id))


def _asked_for(charge: Charge) -> AmountDue | None:
    """A payment of a subscription has the id of its invoice, and so of what is due."""
    if charge.source_type != PAYMENT or session.get(AmountDue, (charge.agency_id, charge.source_id)) is None:
        return None
    return locked_due(charge.source_id)
