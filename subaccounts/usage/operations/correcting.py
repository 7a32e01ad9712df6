"""Corrections: rows that take back a quantity of an event which was sent before."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from subaccounts.usage.rules.answers import Answer, Outcome
from subaccounts.usage.rules.correcting import left_of
from subaccounts.usage.rules.events import Fault
from subaccounts.usage.sent import Event

LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (
    SELECT DISTINCT sub_account_id || ' ' || id AS key
    FROM unnest(%(ids)s::text[], %(sub_accounts)s::uuid[]) AS s (id, sub_account_id) ORDER BY key
) keys
"""
CORRECTED = """
SELECT e.id, e.sub_account_id, e.meter_id, e.occurred_at, m.aggregation, e.quantity, coalesce(sum(c.quantity), 0),
    coalesce(array_agg(c.id) FILTER (WHERE c.id IS NOT NULL), '{}')
FROM usage_events e
JOIN unnest(%(ids)s::text[], %(sub_accounts)s::uuid[]) AS s (id, sub_account_id)
    ON s.id = e.id AND s.sub_account_id = e.sub_account_id
JOIN meters m ON m.agency_id = e.agency_id AND m.id = e.meter_id
LEFT JOIN usage_events c ON c.agency_id = e.agency_id AND c.sub_account_id = e.sub_account_id AND c.corrects = e.id
WHERE e.agency_id = %(agency_id)s AND e.corrects IS NULL
GROUP BY 1, 2, 3, 4, 5, 6
"""


class Corrected(NamedTuple):
    meter_id: UUID
    occurred_at: datetime
    aggregation: Aggregation
    quantity: Decimal
    taken_back: Decimal
    by: Sequence[str]


def put_right(events: Sequence[Event], answers: dict[int, Answer]) -> list[Event]:
    """Give each correction the time of what it corrects, so that it is rated as that was; the others stay.

    One that names no stored event of its meter, or would take back more than is left of it, is rejected.
    """
    corrections = [event for event in events if event.corrects is not None]
    if not corrections:
        return list(events)
    known = _corrected(corrections)
    kept = []
    for event in events:
        fault = _fault(event, known) if event.corrects is not None else None
        if fault is not None:
            answers[event.number] = Answer(event.number, event.id, Outcome.REJECTED, fault)
        elif event.corrects is not None:
            at = known[event.corrects, event.sub_account_id].occurred_at
            kept.append(event._replace(occurred_at=at, written_at=at.isoformat()))
        else:
            kept.append(event)
    return kept


def _corrected(corrections: Sequence[Event]) -> dict[tuple[str, UUID], Corrected]:
    """What they correct, under a lock, so that two corrections cannot both take back the same."""
    named = {
        "ids": texts([event.corrects for event in corrections]),
        "sub_accounts": uuids([event.sub_account_id for event in corrections]),
    }
    execute(LOCK, named)
    rows = execute(CORRECTED, named | {"agency_id": scope.agency_id()})
    return {
        (event_id, sub_account_id): Corrected(meter_id, at, Aggregation(aggregation), quantity, taken_back, by)
        for event_id, sub_account_id, meter_id, at, aggregation, quantity, taken_back, by in rows
    }


def _fault(event: Event, known: dict[tuple[str, UUID], Corrected]) -> Fault | None:
    """None also for one that was stored before: it is compared with what is stored."""
    key = event.corrects or "", event.sub_account_id
    found = known.get(key)
    if found is None or found.meter_id != event.meter_id:
        return Fault.CORRECTED_UNKNOWN
    if event.id in found.by:
        return None
    left = left_of(found.aggregation, found.quantity, found.taken_back, Decimal(event.quantity))
    if left is None or left < 0:
        return Fault.CORRECTION_UNFIT
    known[key] = found._replace(taken_back=found.taken_back + Decimal(event.quantity))
    return None
