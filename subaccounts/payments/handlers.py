"""What payments hear from the rooms below, in their transactions."""

from datetime import datetime

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.invoices.events import CreditNotesIssued, InvoiceVoiding
from subaccounts.payments.booking import PAYMENT, post_received, post_returned
from subaccounts.payments.jobs import SOURCE, send_refund
from subaccounts.payments.models.payments import Cause, Payment, PaymentState
from subaccounts.payments.operations.applying import locked_payment, restore, take_back
from subaccounts.payments.operations.dividing import PaymentUnderWay
from subaccounts.payments.operations.keeping import keep_notes
from subaccounts.payments.operations.paying import CONFIRMED_WITHIN, fail, settle
from subaccounts.payments.operations.refunding import RefundWish, locked_refund, new_refund, refused, returned, take_out
from subaccounts.payments.queries import under_way
from wallet.charges.events import (
    ChargeAbandoned,
    ChargeDeclined,
    ChargeNeedsAuthentication,
    ChargeSettled,
    DisputeOpened,
    DisputeWon,
    RefundFailed,
    RefundSettled,
)
from wallet.charges.models import Charge, Refund
from wallet.charges.operations import FOREIGN_REFUND
from wallet.ledger.codes import Code

PROCESSOR = "Given at the processor's own pages"


def settle_payment(event: ChargeSettled) -> None:
    """Money that has settled is put to invoices even where nobody waited for it any more."""
    found = _asked_for(event.charge)
    if found is not None and found.state is not PaymentState.SETTLED:
        settle(found, now=event.at)


def decline_payment(event: ChargeDeclined) -> None:
    found = _asked_for(event.charge)
    if found is not None and found.state.is_open:
        fail(found, event.attempt, now=event.at)


def await_confirmation(event: ChargeNeedsAuthentication) -> None:
    found = _asked_for(event.charge)
    if found is not None and found.state.is_open:
        found.state, found.due_at = PaymentState.NEEDS_AUTHENTICATION, event.at + CONFIRMED_WITHIN


def abandon_payment(event: ChargeAbandoned) -> None:
    found = _asked_for(event.charge)
    if found is not None and found.state.is_open:
        fail(found, None, now=event.at)


def settle_refund(event: RefundSettled) -> None:
    """One that was given at the processor's own pages is taken out of the payment too."""
    if event.refund.source_type == SOURCE:
        returned(*locked_refund(event.refund.source_id), now=event.at)
    elif event.refund.source_type == FOREIGN_REFUND:
        found = _asked_for(event.charge)
        if found is not None:
            _heed_foreign(found, event.refund, now=event.at)


def undo_failed_refund(event: RefundFailed) -> None:
    if event.refund.source_type == SOURCE:
        refused(*locked_refund(event.refund.source_id), event.refund.failure, now=event.at)


def heed_dispute(event: DisputeOpened) -> None:
    """The bank took the money: exactly the invoices it had paid are open again."""
    found = _asked_for(event.charge)
    if found is None:
        return
    amount = min(event.dispute.amount, found.left)
    take_back(found, amount, cause=Cause.DISPUTE, cause_id=event.dispute.id, now=event.at)
    found.disputed_micros += amount.micros
    session.flush()
    post_returned(found, found.id, amount, code=Code.CHARGEBACK, journal=event.dispute.id, now=event.at)


def win_dispute(event: DisputeWon) -> None:
    """The money is back: the same invoices are paid again; a dispute that is lost leaves them open."""
    found = _asked_for(event.charge)
    if found is None:
        return
    amount = min(event.dispute.amount, found.disputed)
    found.disputed_micros -= amount.micros
    restore(found, amount, cause_id=event.dispute.id, now=event.at)
    post_received(found, found.id, amount, code=Code.CHARGEBACK_WON, journal=event.dispute.id, now=event.at)


def keep_what_notes_left(event: CreditNotesIssued) -> None:
    left = [each for each in event.issued if each.note.credit_micros or each.note.refund_micros]
    for refund in keep_notes(left, now=event.at):
        send_refund.later(refund_id=str(refund.id))


def refuse_void_under_way(event: InvoiceVoiding) -> None:
    """An invoice somebody is paying is not voided."""
    flying = [row for row in under_way(event.invoice.payer_id) if event.invoice.id in row.split]
    if flying:
        raise PaymentUnderWay(amount=Money.sum([row.amount for row in flying], event.invoice.currency))


def _heed_foreign(found: Payment, given: Refund, *, now: datetime) -> None:
    amount = min(given.amount, found.left)
    if not amount:
        return
    wish = RefundWish(payment_id=found.id, reason=PROCESSOR)
    refund = new_refund(found, amount, wish, method=found.method, charge_id=given.charge_id, by=PLATFORM, now=now)
    session.add(refund)
    session.flush()
    take_out(found, refund, now=now)
    returned(found, refund, now=now)


def _asked_for(charge: Charge) -> Payment | None:
    return locked_payment(charge.source_id) if charge.source_type == PAYMENT else None
