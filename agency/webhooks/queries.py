from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.webhooks.models import Delivery, DeliveryAttempt, Endpoint, LoggedEvent
from agency.webhooks.rules import wants

Row = TypeVar("Row", LoggedEvent, Endpoint)


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with what it carries, where to, and its tries from the newest to the oldest."""

    delivery: Delivery
    event: LoggedEvent
    endpoint: Endpoint
    attempts: Sequence[DeliveryAttempt]


def endpoints(*, cursor: str | None = None, limit: int = 25) -> Page[Endpoint]:
    """Those within reach, newest first: a narrowed scope sees its own alone."""
    return paged(select(Endpoint), Endpoint.id, cursor=cursor, limit=limit)


def endpoint(endpoint_id: UUID) -> Endpoint:
    """One within reach.

    Raises:
        NotFound: no such, or another place's.
    """
    found = session.get(Endpoint, (scope.agency_id(), endpoint_id))
    if found is None:
        raise NotFound
    return found


def listeners(event: LoggedEvent) -> list[Endpoint]:
    """The endpoints within reach that are on and take the event."""
    places = or_(Endpoint.sub_account_id.is_(None), Endpoint.sub_account_id == event.sub_account_id)
    found = session.scalars(select(Endpoint).where(Endpoint.off_since.is_(None), places).order_by(Endpoint.id))
    of_app = {None, event.data.get("app_id")}
    return [row for row in found if wants(row.event_kinds, event.kind) and row.app_public_id in of_app]


def endpoints_of_app(app_id: UUID) -> Sequence[Endpoint]:
    """Those that take the events of this app alone, the oldest first."""
    return session.scalars(select(Endpoint).where(Endpoint.app_id == app_id).order_by(Endpoint.id)).all()


def logged_events(*, kind: str | None = None, cursor: str | None = None, limit: int = 25) -> Page[LoggedEvent]:
    """The event log within reach, newest first."""
    query = select(LoggedEvent)
    if kind is not None:
        query = query.where(LoggedEvent.kind == kind)
    return paged(query, LoggedEvent.id, cursor=cursor, limit=limit)


def logged_event(event_id: UUID) -> LoggedEvent:
    """One event within reach.

    Raises:
        NotFound: no such, or another place's.
    """
    found = session.get(LoggedEvent, (scope.agency_id(), event_id))
    if found is None:
        raise NotFound
    return found


def sent_to(endpoint: Endpoint, *, cursor: str | None = None, limit: int = 25) -> Page[Sent]:
    """What an endpoint was sent, newest first."""
    query = select(Delivery).where(Delivery.endpoint_id == endpoint.id)
    page = paged(query, Delivery.id, cursor=cursor, limit=limit)
    return Page(_with_tries(page.rows), page.next_cursor, page.previous_cursor)


def sent_of(event: LoggedEvent) -> Sequence[Sent]:
    """Where an event was sent, as far as this place may know."""
    query = select(Delivery).where(Delivery.event_id == event.id).order_by(Delivery.id)
    return _with_tries(session.scalars(query).all())


def _with_tries(deliveries: Sequence[Delivery]) -> Sequence[Sent]:
    tries = session.scalars(
        select(DeliveryAttempt)
        .where(DeliveryAttempt.delivery_id.in_([delivery.id for delivery in deliveries]))
        .order_by(DeliveryAttempt.id.desc())
    ).all()
    carried = _by_id(LoggedEvent, {delivery.event_id for delivery in deliveries})
    targets = _by_id(Endpoint, {delivery.endpoint_id for delivery in deliveries})
    return [
        Sent(
            delivery,
            carried[delivery.event_id],
            targets[delivery.endpoint_id],
            [attempt for attempt in tries if attempt.delivery_id == delivery.id],
        )
        for delivery in deliveries
    ]


def _by_id(model: type[Row], wanted: Collection[UUID]) -> dict[UUID, Row]:
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(wanted)))}
