"""What one request may see and do: the objects of its account, and the events it announces."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from wallet.stripe_gateway.local.refusals import Json, missing
from wallet.stripe_gateway.local.store import Store

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class Call:
    """`client_secret` is set when a publishable key asks: it opens one intent and nothing else.

    `origin` is where the caller reached this server, for the addresses in an answer.
    """

    store: Store
    account: str
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None
    client_secret: str | None = None
    origin: str = ""

    def find(self, kind: str, key: str, *, param: str | None = None) -> Json:
        """The object of that kind in this account, or Stripe's refusal naming the parameter."""
        thing = self.store.find(self.account, key)
        if thing is None or thing["object"] != kind or thing.get("deleted"):
            raise missing(kind, key, param=param)
        return thing

    def add(self, thing: Json) -> Json:
        self.store.add(self.account, thing)
        return thing

    def save(self, thing: Json) -> Json:
        self.store.save(thing)
        return thing

    def announce(self, event_type: str, thing: Json, *, previous: Json | None = None) -> None:
        """Record an event and queue it for each webhook endpoint that listens for it."""
        event = self._event(event_type, thing, previous)
        listeners = [*self._own_listeners(event_type), *self._platform_listeners(event_type)]
        event["pending_webhooks"] = len(listeners)
        self.add(event)
        for endpoint in listeners:
            seen = event | {"account": self.account} if endpoint["_connect"] else event
            self.store.run(
                "INSERT INTO deliveries (event, type, endpoint, payload, due) VALUES (?, ?, ?, ?, 0)",
                event["id"],
                event_type,
                endpoint["id"],
                json.dumps(seen),
            )

    def _event(self, event_type: str, thing: Json, previous: Json | None) -> Json:
        return {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": {"object": public(thing)} | ({"previous_attributes": previous} if previous else {}),
            "livemode": False,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": event_type,
        }

    def _own_listeners(self, event_type: str) -> list[Json]:
        return _listening(self.store, self.account, event_type, connect=False)

    def _platform_listeners(self, event_type: str) -> list[Json]:
        platform = self.store.account_of(self.account)
        return _listening(self.store, platform, event_type, connect=True) if platform else []


def _listening(store: Store, account: str, event_type: str, *, connect: bool) -> list[Json]:
    return [
        endpoint
        for endpoint in reversed(store.page(account, "webhook_endpoint", {}, limit=-1))
        if endpoint["_connect"] == connect
        and endpoint["status"] == "enabled"
        and not {"*", event_type}.isdisjoint(endpoint["enabled_events"])
    ]


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def public(thing: Json) -> Json:
    """The object without what only the server knows of it (names that begin with an underscore)."""
    return {name: _shown(value) for name, value in thing.items() if not name.startswith("_")}


def _shown(value: Any) -> Any:  # noqa: ANN401 - Any part of an object.
    if isinstance(value, dict):
        return public(value)
    return [_shown(item) for item in value] if isinstance(value, list) else value
