from datetime import datetime
from uuid import UUID

from flask import current_app
from standardwebhooks import Webhook

from agency.foundation import clock
from agency.foundation.config import Settings
from agency.foundation.database.session import transaction
from agency.foundation.jobs.registry import job
from agency.webhooks.deliveries import Parcel, claim, hand_out, settle
from agency.webhooks.forgetting import forget_events
from agency.webhooks.queries import logged_event
from agency.webhooks.rules import KEPT_FOR
from agency.webhooks.sending import Outcome, send

FORGOTTEN_TOGETHER = 1000


@job(queue="bulk")
def fan_out(*, event_id: str) -> None:
    """Hand an event to the endpoints that take it: not where it happens, as a sub-account sees not the agency's."""
    with transaction():
        for delivery_id in hand_out(logged_event(UUID(event_id)), now=clock.wall()):
            deliver.later(delivery_id=str(delivery_id))


@job(queue="bulk")
def fan_out_all(*, event_ids: list[str]) -> None:
    """The same for a set of them."""
    for event_id in event_ids:
        fan_out(event_id=event_id)


@job(queue="bulk")
def deliver(*, delivery_id: str) -> None:
    """Try once, and ask for the next try in the transaction that keeps how this one went."""
    with transaction():
        parcel = claim(UUID(delivery_id), now=clock.wall())
    if parcel is None:
        return
    outcome = _send(parcel)
    with transaction():
        pause = settle(parcel, outcome, now=clock.wall())
        if pause is not None:
            deliver.later(wait=pause, delivery_id=delivery_id)


@job(queue="bulk")
def forget_old(*, until: str) -> None:
    """Forget events of long ago with their deliveries, a batch for each job."""
    with transaction():
        before = datetime.fromisoformat(until) - KEPT_FOR
        if forget_events(before=before, most=FORGOTTEN_TOGETHER) == FORGOTTEN_TOGETHER:
            forget_old.later(until=until)


def _send(parcel: Parcel) -> Outcome:
    settings: Settings = current_app.extensions["settings"]
    sent_at = clock.wall()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Cartera-Webhooks/1",
        "webhook-id": parcel.event_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(parcel.event_id, sent_at, parcel.body) for secret in parcel.secrets
        ),
    }
    return send(
        parcel.url,
        headers=headers,
        body=parcel.body.encode(),
        may_be_private=settings.may_send_to_private_addresses,
    )
