import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.config import Settings
from agency.foundation.database.base import JsonObject
from agency.foundation.database.inserting import insert_rows
from agency.foundation.database.session import session
from agency.foundation.encryption import encrypt
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.webhooks.jobs import deliver, fan_out, fan_out_all
from agency.webhooks.kinds import names_for
from agency.webhooks.models import Delivery, DeliveryAttempt, DeliveryState, Endpoint, LoggedEvent, WhyOff
from agency.webhooks.queries import listeners
from agency.webhooks.rules import OVERLAP, OVERLAPPING_MAX, host_of, is_private_literal

ENDPOINTS_MAX = 20
SECRET_BYTES = 32
FANNED_OUT_TOGETHER = 200
ANY_ENDPOINT = select(Endpoint.id).where(Endpoint.off_since.is_(None)).limit(1)
KEY_PREFIX = "whsec_"  # As the Standard Webhooks specification has it.


class UrlRefused(DomainError):
    status = 422
    field = "url"
    message = _l("Write a whole https address, without a password in it, such as https://example.com/webhooks.")


class PrivateUrl(DomainError):
    status = 422
    field = "url"
    message = _l("This address lies in a private network. Events are sent to public addresses alone.")


class TooManyEndpoints(DomainError):
    message = _l("There are as many endpoints as there can be: %(count)d. Remove one first.")


class NotOfAnApp(DomainError):
    status = 422
    field = "event_types"
    message = _l("An endpoint that hears of one app alone never gets: %(kinds)s.")


class NobodyListens(DomainError):
    message = _l("No endpoint that is switched on takes this event. Nothing was sent.")


def announce(kind: str, data: JsonObject, *, sub_account_id: UUID | None, now: datetime) -> LoggedEvent:
    """Keep an event in the transaction of what happened, and have it sent to whoever listens.

    Args:
        kind: such as ``wallet.recharged``.
        data: plain JSON, as the API would show it.
        sub_account_id: whose event it is; None: the agency's own.
        now: business time.
    """
    event = LoggedEvent(kind=kind, data=data, sub_account_id=sub_account_id, occurred_at=now)
    session.add(event)
    session.flush()
    if _may_be_heard():
        fan_out.later(event_id=str(event.id))
    return event


def announce_all(told: Sequence[tuple[str, JsonObject, UUID]], *, now: datetime) -> None:
    """As ``announce``, of any number of kinds, data and sub-accounts that one act brought about."""
    rows = [
        {"id": ids.new_id(), "kind": kind, "data": data, "sub_account_id": sub_account_id, "occurred_at": now}
        for kind, data, sub_account_id in told
    ]
    insert_rows(LoggedEvent, rows)
    if not _may_be_heard():
        return
    for first in range(0, len(rows), FANNED_OUT_TOGETHER):
        fan_out_all.later(event_ids=[str(row["id"]) for row in rows[first : first + FANNED_OUT_TOGETHER]])


def announce_once(event_id: UUID, kind: str, data: JsonObject, *, now: datetime) -> None:
    """As ``announce``, of an event that has its id already: told twice, it is kept and sent once."""
    if session.get(LoggedEvent, (scope.agency_id(), event_id)) is None:
        session.add(LoggedEvent(id=event_id, kind=kind, data=data, sub_account_id=None, occurred_at=now))
        session.flush()
        if _may_be_heard():
            fan_out.later(event_id=str(event_id))


def _may_be_heard() -> bool:
    """Whether any endpoint is on; a sub-account sees not its agency's, so that there the job has to look.

    An endpoint hears what happens once it is there; what is told before that is committed is not sent.
    """
    return scope.sub_account_id() is not None or session.scalar(ANY_ENDPOINT) is not None


def add_endpoint(
    *,
    url: str,
    description: str,
    event_kinds: list[str],
    contact: str | None,
    app_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> tuple[Endpoint, str]:
    """Send events to an address from now on: the agency's, or those of the sub-account the scope is narrowed to.

    Returns:
        The row, and the secret with which the receiver checks signatures; it is not shown again.

    Raises:
        UrlRefused, PrivateUrl: it is no address that can be sent to.
        TooManyEndpoints: the place has its fill.
        NotOfAnApp: with ``app_id``, some kinds are not about apps.
    """
    _check(url)
    _refuse_unheard(event_kinds, app_id)
    place = scope.sub_account_id()
    count = session.scalar(select(func.count()).where(Endpoint.sub_account_id.is_not_distinct_from(place)))
    if (count or 0) >= ENDPOINTS_MAX:
        raise TooManyEndpoints(count=ENDPOINTS_MAX)
    secret = _new_secret()
    endpoint = Endpoint(
        sub_account_id=place,
        url=url,
        description=description,
        event_kinds=sorted(set(event_kinds)),
        app_id=app_id,
        secret=encrypt(secret),
        contact=contact,
        created_by=by.name,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    record("webhook_endpoint.added", endpoint, by=by, now=now, after={"url": url}, sub_account_id=place)
    return endpoint, secret


def change_endpoint(endpoint: Endpoint, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set ``url``, ``description`` or ``event_kinds``. What is on its way goes to the new address.

    Raises:
        UrlRefused, PrivateUrl, NotOfAnApp: as in ``add_endpoint``.
    """
    if "url" in changes:
        _check(changes["url"])
    if "event_kinds" in changes:
        _refuse_unheard(changes["event_kinds"], endpoint.app_id)
        changes = changes | {"event_kinds": sorted(set(changes["event_kinds"]))}
    place = endpoint.sub_account_id
    record_change("webhook_endpoint.changed", endpoint, changes, by=by, now=now, sub_account_id=place)


def replace_secret(endpoint: Endpoint, *, by: Actor, now: datetime) -> str:
    """A new secret from now on; the one before signs along for a day. ``now`` is the wall's time.

    Returns:
        The new secret; it is not shown again.
    """
    session.refresh(endpoint, with_for_update=True)
    old = [(endpoint.secret, now + OVERLAP), *endpoint.overlapping(now)][:OVERLAPPING_MAX]
    endpoint.old_secrets, endpoint.old_secrets_until = [pair[0] for pair in old], [pair[1] for pair in old]
    secret = _new_secret()
    endpoint.secret = encrypt(secret)
    record("webhook_endpoint.secret_replaced", endpoint, by=by, now=now, sub_account_id=endpoint.sub_account_id)
    return secret


def switch(endpoint: Endpoint, *, is_on: bool, by: Actor, now: datetime) -> None:
    """Off: nothing is sent, and what waits is given up. On: events are sent from now on."""
    session.refresh(endpoint, with_for_update=True)
    if endpoint.is_on == is_on:
        return
    endpoint.off_since, endpoint.why_off = (None, None) if is_on else (now, WhyOff.BY_HAND)
    endpoint.failing_since = None
    act = "webhook_endpoint.enabled" if is_on else "webhook_endpoint.disabled"
    record(act, endpoint, by=by, now=now, sub_account_id=endpoint.sub_account_id)


def remove_endpoint(endpoint: Endpoint, *, by: Actor, now: datetime) -> None:
    """Forget an endpoint with its deliveries; the events stay in the log."""
    session.refresh(endpoint, with_for_update=True)
    sent = select(Delivery.id).where(Delivery.endpoint_id == endpoint.id)
    session.execute(delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(sent)))
    session.execute(delete(Delivery).where(Delivery.endpoint_id == endpoint.id))
    record(
        "webhook_endpoint.removed",
        endpoint,
        by=by,
        now=now,
        before={"url": endpoint.url},
        sub_account_id=endpoint.sub_account_id,
    )
    session.delete(endpoint)
    session.flush()


def replay(event: LoggedEvent, *, endpoint_id: UUID | None = None, now: datetime) -> list[Endpoint]:
    """Send an event again, with the same id, to everybody within reach who takes it or to one of them.

    ``now`` is the wall's time.

    Raises:
        NobodyListens: nobody takes it.
    """
    takers = [endpoint for endpoint in listeners(event) if endpoint_id in {None, endpoint.id}]
    if not takers:
        raise NobodyListens
    for endpoint in takers:
        _send_again(event, endpoint, now=now)
    return takers


def _send_again(event: LoggedEvent, endpoint: Endpoint, *, now: datetime) -> None:
    """One that is on its way at this moment arrives anyway."""
    delivery = session.scalar(
        select(Delivery)
        .where(Delivery.event_id == event.id, Delivery.endpoint_id == endpoint.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if delivery is None:
        delivery = Delivery(
            event_id=event.id,
            endpoint_id=endpoint.id,
            sub_account_id=endpoint.sub_account_id,
            next_at=now,
            created_at=now,
        )
        session.add(delivery)
    elif not delivery.is_leased(now):
        delivery.state, delivery.tries, delivery.next_at, delivery.ended_at = DeliveryState.PENDING, 0, now, None
    session.flush()
    deliver.later(delivery_id=str(delivery.id))


def _new_secret() -> str:
    return KEY_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _check(url: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    may_be_private = settings.may_send_to_private_addresses
    host = host_of(url, ["https", "http"] if may_be_private else ["https"])
    if host is None:
        raise UrlRefused
    if not may_be_private and is_private_literal(host):
        raise PrivateUrl


def _refuse_unheard(kinds: list[str], app_id: UUID | None) -> None:
    if unheard := set(kinds) - names_for(one_app=app_id is not None).keys():
        raise NotOfAnApp(kinds=", ".join(sorted(unheard)))
