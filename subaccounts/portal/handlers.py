from agency.tenants.events import SubAccountOpened
from subaccounts.payments.events import PaymentFailed, PaymentSettled
from subaccounts.portal.jobs import PATIENCE, let_card_go
from subaccounts.portal.operations.autopay import asked_by, note_failed_day
from subaccounts.portal.operations.portals import open_portal
from subaccounts.portal.passing import is_passing
from wallet.payment_methods.events import CardAttached


def open_for_sub_account(event: SubAccountOpened) -> None:
    open_portal(event.sub_account, now=event.at)


def forget_typed_card(event: PaymentSettled | PaymentFailed) -> None:
    """The payment is over: a card that was typed for it alone has done its work."""
    payment = event.payment
    if payment.customer_id is not None and payment.payment_method_id is not None:
        let_card_go.later(card_id=str(payment.payment_method_id))


def watch_typed_card(event: CardAttached) -> None:
    """Whoever closes the page leaves a card on file that only the processor tells of: it goes by itself too."""
    if is_passing(event.card.id):
        let_card_go.later(card_id=str(event.card.id), wait=PATIENCE)


def autopay_settled(event: PaymentSettled) -> None:
    """The row of failing days is broken."""
    asked = asked_by(event.payment.request)
    if asked is not None:
        agreed, _day = asked
        agreed.failed_days, agreed.failed_on = 0, None


def autopay_failed(event: PaymentFailed) -> None:
    asked = asked_by(event.payment.request)
    if asked is not None:
        agreed, day = asked
        note_failed_day(agreed, today=day, now=event.at)
