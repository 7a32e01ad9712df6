"""A delivery's way: handed out, claimed for one try, settled by what came of it. Every ``now`` is the wall's."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from agency.foundation import events, ids
from agency.foundation.actor import PLATFORM
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.encryption import decrypt
from agency.foundation.tenancy import scope
from agency.webhooks.events import EndpointSwitchedOff
from agency.webhooks.models import Delivery, DeliveryAttempt, DeliveryState, Endpoint, LoggedEvent, WhyOff
from agency.webhooks.queries import listeners
from agency.webhooks.rules import GONE, TRIES_MAX, is_given_up, next_pause
from agency.webhooks.sending import Outcome

LEASE = timedelta(seconds=40)  # Longer than a try, shorter than the job's own lease: whoever takes over finds it free.


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One try: all that sending needs, so that no transaction is open meanwhile."""

    delivery_id: UUID
    endpoint_id: UUID
    attempt_id: UUID
    lease: UUID
    url: str
    secrets: Sequence[str]
    event_id: str
    body: str


def hand_out(event: LoggedEvent, *, now: datetime) -> list[UUID]:
    """A delivery for each endpoint that takes the event and has none of it yet; answers the new ones."""
    takers = listeners(event)
    if not takers:
        return []
    rows = [
        {
            "event_id": event.id,
            "endpoint_id": endpoint.id,
            "sub_account_id": endpoint.sub_account_id,
            "next_at": now,
            "created_at": now,
        }
        for endpoint in takers
    ]
    adding = (
        insert(Delivery).values(rows).on_conflict_do_nothing(index_elements=["agency_id", "event_id", "endpoint_id"])
    )
    return list(session.scalars(adding.returning(Delivery.id)))


def claim(delivery_id: UUID, *, now: datetime) -> Parcel | None:
    """Take a delivery for one try; None where there is nothing to do, or somebody else does it."""
    delivery = _locked(delivery_id)
    if delivery is None or not delivery.is_due(now):
        return None
    endpoint = session.get_one(Endpoint, (scope.agency_id(), delivery.endpoint_id), populate_existing=True)
    if not endpoint.is_on or delivery.tries >= TRIES_MAX:
        _end(delivery, DeliveryState.FAILED, now=now)
        return None
    delivery.tries += 1
    delivery.lease, delivery.lease_until = ids.new_id(), now + LEASE
    attempt = DeliveryAttempt(delivery_id=delivery.id, sub_account_id=delivery.sub_account_id, started_at=now)
    session.add(attempt)
    session.flush()
    event = session.get_one(LoggedEvent, (scope.agency_id(), delivery.event_id))
    return Parcel(
        delivery_id=delivery.id,
        endpoint_id=endpoint.id,
        attempt_id=attempt.id,
        lease=delivery.lease,
        url=endpoint.url,
        secrets=[decrypt(secret) for secret in (endpoint.secret, *(old for old, _until in endpoint.overlapping(now)))],
        event_id=event.public_id,
        body=body_of(event),
    )


def body_of(event: LoggedEvent) -> str:
    """What is sent and signed, the same at every try."""
    said = {"type": event.kind, "timestamp": event.occurred_at.isoformat(), "data": event.data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def settle(parcel: Parcel, outcome: Outcome, *, now: datetime) -> timedelta | None:
    """Keep what came of a try. Answers how long to wait for the next one; None: there is none."""
    endpoint = session.get(
        Endpoint, (scope.agency_id(), parcel.endpoint_id), with_for_update=True, populate_existing=True
    )
    delivery = _locked(parcel.delivery_id)
    if endpoint is None or delivery is None or delivery.lease != parcel.lease:
        return None
    attempt = session.get_one(DeliveryAttempt, (scope.agency_id(), parcel.attempt_id))
    attempt.ended_at, attempt.status = now, outcome.status
    attempt.failure, attempt.excerpt = outcome.failure, outcome.excerpt
    if outcome.failure is None:
        endpoint.failing_since = None
        _end(delivery, DeliveryState.DELIVERED, now=now)
        return None
    endpoint.failing_since = endpoint.failing_since or now
    return _after_failure(delivery, endpoint, outcome, now=now)


def _after_failure(delivery: Delivery, endpoint: Endpoint, outcome: Outcome, *, now: datetime) -> timedelta | None:
    is_gone = outcome.status == GONE
    pause = None if is_gone or not endpoint.is_on else next_pause(delivery.tries)
    if pause is not None:
        delivery.next_at, delivery.lease, delivery.lease_until = now + pause, None, None
        return pause
    _end(delivery, DeliveryState.FAILED, now=now)
    if endpoint.is_on and (is_gone or is_given_up(endpoint.failing_since or now, now)):
        _switch_off(endpoint, WhyOff.GONE if is_gone else WhyOff.FAILING, now=now)
    return None


def _switch_off(endpoint: Endpoint, why: WhyOff, *, now: datetime) -> None:
    endpoint.off_since, endpoint.why_off = now, why
    record(
        "webhook_endpoint.disabled",
        endpoint,
        by=PLATFORM,
        now=now,
        after={"reason": why},
        sub_account_id=endpoint.sub_account_id,
    )
    events.publish(EndpointSwitchedOff(endpoint=endpoint, at=now))


def _end(delivery: Delivery, state: DeliveryState, *, now: datetime) -> None:
    delivery.state, delivery.ended_at = state, now
    delivery.lease = delivery.lease_until = None


def _locked(delivery_id: UUID) -> Delivery | None:
    return session.get(Delivery, (scope.agency_id(), delivery_id), with_for_update=True, populate_existing=True)
