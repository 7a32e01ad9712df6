from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import NotYet, job
from agency.foundation.tenancy import scope
from wallet.stripe_webhooks.handlers import HANDLERS
from wallet.stripe_webhooks.models import InboxState, ProcessorEvent

FAILURE_LENGTH_MAX = 500


@job(queue="money")
def handle(*, event_id: str) -> None:
    """Act on a webhook. Each handler asks the processor how things stand now, so order and copies do not matter."""
    with transaction():
        event = session.get_one(ProcessorEvent, (scope.agency_id(), UUID(event_id)))
    if event.state is InboxState.HANDLED:
        return
    handler = HANDLERS.get(event.kind)
    try:
        was_ours = handler is not None and handler(event.merchant_account_id, event.body["data"]["object"])
    except NotYet:
        raise
    except Exception as error:
        session.rollback()
        _close(event.id, InboxState.FAILED, f"{type(error).__name__}: {error}")
        raise
    _close(event.id, InboxState.HANDLED if was_ours else InboxState.IGNORED)


def _close(event_id: UUID, state: InboxState, failure: str | None = None) -> None:
    with transaction():
        event = session.get_one(ProcessorEvent, (scope.agency_id(), event_id))
        event.state, event.handled_at = state, clock.wall()
        event.failure = failure and failure[:FAILURE_LENGTH_MAX]
