"""What reminders hear of invoices and payments."""

from subaccounts.invoices.events import InvoicesOpened
from subaccounts.payments.events import PaymentFailed, PaymentSettled
from subaccounts.payments.models.payments import PaymentState
from subaccounts.reminders.mails import tell_failed, tell_received
from subaccounts.reminders.operations import plan


def plan_reminders(event: InvoicesOpened) -> None:
    plan(event.invoices, now=event.at)


def thank_for_payment(event: PaymentSettled) -> None:
    tell_received(event.payment, credit=event.payment.unapplied, now=event.at)


def tell_of_failure(event: PaymentFailed) -> None:
    """Whoever let a confirmation pass knows; a declined card is told."""
    if event.payment.state is PaymentState.DECLINED:
        tell_failed(event.payment, now=event.at)
