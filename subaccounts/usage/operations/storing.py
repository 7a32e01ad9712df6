"""Events into the database: checked against what exists, de-duplicated, stored with their batch."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.errors import UniqueViolation

from agency.foundation import ids
from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from agency.tenants.models import SubAccount, SubAccountState
from subaccounts.usage.models.events import Origin, UsageBatch
from subaccounts.usage.operations.correcting import put_right
from subaccounts.usage.rules.answers import Answer, Outcome
from subaccounts.usage.rules.events import Fault, Sent, Window, read_event
from subaccounts.usage.sent import Event

LATE_WINDOW = timedelta(days=35)
# Senders' clocks are not ours: a few minutes are no fault of theirs.
CLOCK_SKEW = timedelta(minutes=5)

KNOWN_SUB_ACCOUNTS = "SELECT id, state FROM sub_accounts WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[])"
KNOWN_METERS = """
SELECT code, id, aggregation, unique_by FROM meters
WHERE agency_id = %(agency_id)s AND code = ANY (%(codes)s::text[]) AND archived_at IS NULL
"""
STORE = """
INSERT INTO usage_events (
    agency_id, id, sub_account_id, meter_id, batch_id, occurred_at, quantity, member, corrects, properties
)
SELECT %(agency_id)s::uuid, e.id, e.sub_account_id, e.meter_id, %(batch_id)s::uuid, e.occurred_at, e.quantity,
    e.member, e.corrects, e.properties
FROM unnest(
    %(ids)s::text[], %(sub_accounts)s::uuid[], %(meters)s::uuid[], %(occurred)s::timestamptz[],
    %(quantities)s::numeric[], %(members)s::text[], %(corrects)s::text[], %(properties)s::jsonb[]
) AS e (id, sub_account_id, meter_id, occurred_at, quantity, member, corrects, properties)
"""
STORE_NEW = f"{STORE} ON CONFLICT DO NOTHING"
STORED = """
SELECT e.id, e.sub_account_id, e.meter_id, e.occurred_at, e.quantity, e.member, e.corrects, e.properties, e.batch_id
FROM usage_events e
JOIN unnest(%(ids)s::text[], %(sub_accounts)s::uuid[]) AS s (id, sub_account_id)
    ON s.id = e.id AND s.sub_account_id = e.sub_account_id
WHERE e.agency_id = %(agency_id)s
"""


class KnownMeter(NamedTuple):
    id: UUID
    tells_apart: bool
    unique_by: str | None


def store(said: Sequence[object], *, origin: Origin, now: datetime) -> list[Answer]:
    """Store what is good among the events that were sent; answers each, in their order.

    An event and its key are one row, so a write that fails claims nothing. Called in a transaction, in the scope of
    the agency or of the sub-account whose key sends.
    """
    window = Window(now - LATE_WINDOW, now + CLOCK_SKEW)
    answers: dict[int, Answer] = {}
    sent = []
    for number, each in enumerate(said):
        read = read_event(number, each, window)
        if isinstance(read, Sent):
            sent.append(read)
        else:
            answers[number] = Answer(number, _id_of(each), Outcome.REJECTED, read)
    events = put_right(_known(sent, answers), answers)
    if events:
        _insert(sorted(events, key=_by_id), answers, origin=origin, now=now)
    return [answers[number] for number in range(len(said))]


def _by_id(event: Event) -> str:
    """One order for everybody, so that two requests with the same events wait for each other and never in a ring."""
    return event.id


def _id_of(said: object) -> str | None:
    found = said.get("id") if isinstance(said, dict) else None
    return found if isinstance(found, str) else None


def _known(sent: Sequence[Sent], answers: dict[int, Answer]) -> list[Event]:
    sub_accounts = _sub_accounts({each.sub_account for each in sent if each.sub_account is not None})
    meters, own = _meters({each.meter for each in sent}), scope.sub_account_id()
    events = []
    for number, event_id, sub_account, code, at, written_at, quantity, member, corrects, properties in sent:
        whose = own if sub_account is None else sub_accounts.get(sub_account)
        meter = meters.get(code)
        if not isinstance(whose, UUID):
            fault = whose or Fault.SUB_ACCOUNT_UNKNOWN
        elif meter is None or (meter.tells_apart and _key_of(meter, member, properties) is None):
            fault = Fault.UNIQUE_KEY_MISSING if meter else Fault.METER_UNKNOWN
        else:
            event = Event(number, event_id, whose, meter.id, at, written_at, quantity, member, corrects, properties)
            events.append(event)
            continue
        answers[number] = Answer(number, event_id, Outcome.REJECTED, fault)
    return events


def _key_of(meter: KnownMeter, member: str | None, properties: Mapping[str, Any] | None) -> object:
    return member if meter.unique_by is None else (properties or {}).get(meter.unique_by)


def _sub_accounts(said: set[str]) -> dict[str, UUID | Fault]:
    """Those that exist here; a closed one is a fault of its own."""
    by_id = {}
    for text in said:
        try:
            by_id[ids.decode(SubAccount.prefix, text)] = text
        except ids.MalformedId:
            continue
    rows = execute(KNOWN_SUB_ACCOUNTS, {"agency_id": scope.agency_id(), "ids": uuids(by_id)})
    closed = SubAccountState.CLOSED
    return {by_id[row_id]: Fault.SUB_ACCOUNT_CLOSED if state == closed else row_id for row_id, state in rows}


def _meters(codes: set[str]) -> dict[str, KnownMeter]:
    usable = [code for code in codes if code.isprintable()]
    rows = execute(KNOWN_METERS, {"agency_id": scope.agency_id(), "codes": texts(usable)})
    unique = Aggregation.UNIQUE_COUNT
    return {code: KnownMeter(meter_id, kind == unique, unique_by) for code, meter_id, kind, unique_by in rows}


def _insert(events: Sequence[Event], answers: dict[int, Answer], *, origin: Origin, now: datetime) -> None:
    batch = UsageBatch(
        id=ids.new_id(), sub_account_id=scope.sub_account_id(), origin=origin, received_at=now, rating_id=None
    )
    stored = _store({"batch_id": batch.id} | _rows(events))
    if stored == len(events):
        answers |= {event.number: Answer(event.number, event.id, Outcome.ACCEPTED) for event in events}
    else:
        _compare(events, answers, batch.id)
    if stored:
        batch.events = stored
        session.add(batch)


def _store(rows: dict[str, Any]) -> int:
    """Nearly always every event is new, and to store them so takes half the time; else the new ones are."""
    execute("SAVEPOINT all_new", {})
    try:
        return execute(STORE, rows).rowcount
    except UniqueViolation:
        execute("ROLLBACK TO SAVEPOINT all_new", {})
        return execute(STORE_NEW, rows).rowcount


def _rows(events: Sequence[Event]) -> dict[str, Any]:
    _numbers, event_ids, owners, meters, _times, written, quantities, members, corrects, properties = zip(
        *events, strict=True
    )
    return {
        "agency_id": scope.agency_id(),
        "ids": texts(event_ids),
        "sub_accounts": uuids(owners),
        "meters": uuids(meters),
        "occurred": texts(written),
        "quantities": texts(quantities),
        "members": texts(members),
        "corrects": texts(corrects),
        "properties": texts(map(_as_json, properties)),
    }


def _as_json(properties: Mapping[str, Any] | None) -> str | None:
    return None if properties is None else json.dumps(properties, ensure_ascii=False)


def _compare(events: Iterable[Event], answers: dict[int, Answer], batch_id: UUID) -> None:
    """Of an id that was there already, or twice in this body: is it the same event?"""
    by_key: dict[tuple[str, UUID], list[Event]] = {}
    for event in events:
        by_key.setdefault(event.key, []).append(event)
    wanted = {"ids": texts([key[0] for key in by_key]), "sub_accounts": uuids([key[1] for key in by_key])}
    for event_id, sub_account_id, *body, stored_by in execute(STORED, {"agency_id": scope.agency_id()} | wanted):
        first, *others = by_key[event_id, sub_account_id]
        if stored_by == batch_id:
            answers[first.number] = Answer(first.number, first.id, Outcome.ACCEPTED)
        else:
            others.append(first)
        for event in others:
            outcome = Outcome.DUPLICATE if event.body == tuple(body) else Outcome.CONFLICT
            answers[event.number] = Answer(event.number, event.id, outcome)
