"""Webhook endpoints and the event log for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants.queries import agency
from agency.webhooks import queries
from agency.webhooks.models import Endpoint, LoggedEvent
from agency.webhooks.operations import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    replace_secret,
    replay,
    switch,
)
from agency.webhooks.schemas import (
    EndpointAnswer,
    EndpointChanges,
    EndpointMade,
    Endpoints,
    EventAnswer,
    EventQuery,
    Events,
    NewEndpoint,
    NewSecret,
    Replay,
    ReplayAnswer,
)

webhook_endpoints = api(
    "webhook-endpoints", __name__, description="Where events are sent, by the Standard Webhooks specification."
)
logged_events = api("events", __name__, description="What happened, as webhook endpoints were told.")


@webhook_endpoints.route("/webhook-endpoints")
class EndpointList(MethodView):
    @webhook_endpoints.arguments(ListQuery, location="query")
    @webhook_endpoints.response(200, Endpoints)
    @permits("webhooks.manage")
    def get(self, query: dict[str, Any]) -> Page[Endpoint]:
        """List the endpoints within reach, newest first."""
        return queries.endpoints(**query)

    @webhook_endpoints.arguments(NewEndpoint)
    @webhook_endpoints.response(201, EndpointMade)
    @permits("webhooks.manage")
    def post(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Add an endpoint; its secret is in this answer and nowhere else, so there is no Idempotency-Key here."""
        with transaction():
            contact = agency().support_email
            endpoint, secret = add_endpoint(**wish, contact=contact, by=current_actor(), now=clock.wall())
            return {**_shown(endpoint), "secret": secret}


@webhook_endpoints.route("/webhook-endpoints/<id(whe):endpoint_id>")
class OneEndpoint(MethodView):
    @webhook_endpoints.response(200, EndpointAnswer)
    @permits("webhooks.manage")
    def get(self, endpoint_id: UUID) -> Endpoint:
        """One endpoint."""
        return queries.endpoint(endpoint_id)

    @webhook_endpoints.arguments(EndpointChanges)
    @webhook_endpoints.response(200, EndpointAnswer)
    @permits("webhooks.manage")
    def patch(self, changes: dict[str, Any], endpoint_id: UUID) -> Endpoint:
        """Change an endpoint, or switch it on or off."""
        is_on = changes.pop("enabled", None)
        with transaction():
            endpoint = queries.endpoint(endpoint_id)
            change_endpoint(endpoint, changes, by=current_actor(), now=clock.wall())
            if is_on is not None:
                switch(endpoint, is_on=is_on, by=current_actor(), now=clock.wall())
        return endpoint

    @webhook_endpoints.response(204)
    @permits("webhooks.manage")
    def delete(self, endpoint_id: UUID) -> None:
        """Remove an endpoint with its deliveries; the events stay in the log."""
        with transaction():
            remove_endpoint(queries.endpoint(endpoint_id), by=current_actor(), now=clock.wall())


@webhook_endpoints.route("/webhook-endpoints/<id(whe):endpoint_id>/secrets")
class EndpointSecrets(MethodView):
    @webhook_endpoints.response(201, NewSecret)
    @permits("webhooks.manage")
    def post(self, endpoint_id: UUID) -> dict[str, Any]:
        """Replace the secret; the one before signs along for 24 hours. Asked again, it is replaced again."""
        with transaction():
            endpoint = queries.endpoint(endpoint_id)
            secret = replace_secret(endpoint, by=current_actor(), now=clock.wall())
            return {"secret": secret, "old_signs_until": endpoint.old_secrets_until[0]}


@logged_events.route("/events")
class EventList(MethodView):
    @logged_events.arguments(EventQuery, location="query")
    @logged_events.response(200, Events)
    @permits("webhooks.manage")
    def get(self, query: dict[str, Any]) -> Page[LoggedEvent]:
        """List events, newest first."""
        return queries.logged_events(kind=query.pop("type", None), **query)


@logged_events.route("/events/<id(evt):logged_event_id>")
class OneEvent(MethodView):
    @logged_events.response(200, EventAnswer)
    @permits("webhooks.manage")
    def get(self, logged_event_id: UUID) -> LoggedEvent:
        """One event."""
        return queries.logged_event(logged_event_id)


@logged_events.route("/events/<id(evt):logged_event_id>/replay")
class EventReplay(MethodView):
    @idempotent
    @logged_events.arguments(Replay)
    @logged_events.response(202, ReplayAnswer)
    @permits("webhooks.manage")
    def post(self, wish: dict[str, Any], logged_event_id: UUID) -> dict[str, Any]:
        """Send an event again, with its id, to every endpoint that takes it or to one of them."""
        with transaction():
            event = queries.logged_event(logged_event_id)
            takers = replay(event, endpoint_id=wish["endpoint_id"], now=clock.wall())
        return {"endpoints": [endpoint.id for endpoint in takers]}


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    names = {field.attribute or name for name, field in EndpointAnswer().fields.items()}
    return {name: getattr(endpoint, name) for name in names}
