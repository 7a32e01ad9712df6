"""Events of a body one by one: each is stored, or told what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.tenancy import scope
from subaccounts.usage.models.events import Origin
from subaccounts.usage.operations.correcting import put_right
from subaccounts.usage.operations.known import KnownMeter, known_meters, known_sub_accounts
from subaccounts.usage.operations.rows import Rows, as_json, insert_batch, insert_rows
from subaccounts.usage.rules.answers import Answer, Outcome
from subaccounts.usage.rules.events import Fault, Sent, Window, read_event
from subaccounts.usage.sent import Event

STORED = """
SELECT e.id, e.sub_account_id, e.meter_id, e.occurred_at, e.quantity, e.member, e.corrects, e.properties, e.batch_id
FROM usage_events e
JOIN unnest(%(ids)s::text[], %(sub_accounts)s::uuid[]) AS s (id, sub_account_id)
    ON s.id = e.id AND s.sub_account_id = e.sub_account_id
WHERE e.agency_id = %(agency_id)s
"""


def sift(said: Sequence[object], window: Window, *, origin: Origin, now: datetime) -> list[Answer]:
    """Store what is good and new; answers each, in their order."""
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
    owners, meters = (
        known_sub_accounts({each.sub_account for each in sent}),
        known_meters({each.meter for each in sent}),
    )
    events = []
    for number, event_id, sub_account, code, at, written_at, quantity, member, corrects, properties in sent:
        owner, meter = owners.get(sub_account), meters.get(code)
        if not isinstance(owner, UUID):
            fault = owner or Fault.SUB_ACCOUNT_UNKNOWN
        elif meter is None or (meter.tells_apart and _key_of(meter, member, properties) is None):
            fault = Fault.UNIQUE_KEY_MISSING if meter else Fault.METER_UNKNOWN
        else:
            event = Event(number, event_id, owner, meter.id, at, written_at, quantity, member, corrects, properties)
            events.append(event)
            continue
        answers[number] = Answer(number, event_id, Outcome.REJECTED, fault)
    return events


def _key_of(meter: KnownMeter, member: str | None, properties: Mapping[str, Any] | None) -> object:
    return member if meter.unique_by is None else (properties or {}).get(meter.unique_by)


def _insert(events: Sequence[Event], answers: dict[int, Answer], *, origin: Origin, now: datetime) -> None:
    batch_id = ids.new_id()
    stored = insert_rows(_rows(events), batch_id, only_new=True)
    if stored == len(events):
        answers |= {event.number: Answer(event.number, event.id, Outcome.ACCEPTED) for event in events}
    else:
        _compare(events, answers, batch_id)
    if stored:
        insert_batch(batch_id, stored, origin=origin, now=now)


def _rows(events: Sequence[Event]) -> Rows:
    _numbers, event_ids, owners, meters, _times, written, quantities, members, corrects, properties = zip(
        *events, strict=True
    )
    return Rows(
        ids=texts(event_ids),
        sub_accounts=uuids(owners),
        meters=uuids(meters),
        occurred=texts(written),
        quantities=texts(quantities),
        members=texts(members),
        corrects=texts(corrects),
        properties=as_json(properties),
    )


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
