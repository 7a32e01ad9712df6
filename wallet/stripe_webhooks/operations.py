from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.models import MerchantAccount
from wallet.merchant_accounts.queries import merchant_account
from wallet.stripe_gateway.outcomes import IncomingEvent
from wallet.stripe_gateway.webhooks import NotTheProcessor, verified
from wallet.stripe_webhooks.jobs import handle
from wallet.stripe_webhooks.models import InboxState, ProcessorEvent

KEEP = (
    insert(ProcessorEvent)
    .on_conflict_do_nothing(index_elements=["agency_id", "merchant_account_id", "stripe_event"])
    .returning(ProcessorEvent.id)
)


class WebhookRefused(DomainError):
    status = 400
    message = _l("This did not come from the card processor, or not for this account. It was not kept.")


class AlreadyHandled(DomainError):
    message = _l("This event was handled already; nothing was done.")


def receive(merchant_account_id: UUID, payload: bytes, signature: str | None, *, now: datetime) -> None:
    """Keep a webhook once and have it handled; one that comes again is thanked for and forgotten.

    Raises:
        NotFound: no such merchant account.
        WebhookRefused: forged, stale, or of another account.
    """
    merchant = merchant_account(merchant_account_id)
    event = _believed(merchant, payload, signature)
    row = {
        "merchant_account_id": merchant.id,
        "stripe_event": event.id,
        "kind": event.kind,
        "body": event.body,
        "received_at": now,
    }
    kept = session.connection().scalar(KEEP, row)
    if kept is not None:
        handle.later(event_id=str(kept))


def replay(event: ProcessorEvent) -> None:
    """Handle an event once more: one that failed, or that was none of our business then.

    Raises:
        AlreadyHandled: it was.
    """
    if event.state is InboxState.HANDLED:
        raise AlreadyHandled
    event.state, event.failure = InboxState.WAITING, None
    session.flush()
    handle.later(event_id=str(event.id))


def _believed(merchant: MerchantAccount, payload: bytes, signature: str | None) -> IncomingEvent:
    secret = keys.webhook_secret(merchant)
    if secret is None:
        raise WebhookRefused
    try:
        event = verified(payload, signature, secret)
    except NotTheProcessor as error:
        raise WebhookRefused from error
    if event.account is not None and event.account != merchant.stripe_account:
        raise WebhookRefused
    return event
