"""Rows of events and of the batch they came in."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute, texts
from agency.foundation.tenancy import scope
from subaccounts.usage.models.events import Origin

INSERT = """
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
INSERT_NEW = f"{INSERT} ON CONFLICT DO NOTHING"
INSERT_BATCH = """
INSERT INTO usage_batches (agency_id, id, sub_account_id, origin, events, received_at)
VALUES (%(agency_id)s, %(batch_id)s, %(sub_account_id)s, %(origin)s, %(events)s, %(now)s)
"""


class Rows(NamedTuple):
    """A column each, as arrays in the database's own writing."""

    ids: str
    sub_accounts: str
    meters: str
    occurred: str
    quantities: str
    members: str
    corrects: str
    properties: str


def as_json(properties: Iterable[Mapping[str, Any] | None]) -> str:
    return texts([each and json.dumps(each, ensure_ascii=False) for each in properties])  # type: ignore[misc]  # None stays.


def insert_rows(rows: Rows, batch_id: UUID, *, only_new: bool = False) -> int:
    """How many were stored; ``only_new`` leaves out those that are there, and takes twice as long.

    Raises:
        UniqueViolation: one of them is there, or twice among them.
    """
    named = rows._asdict() | {"agency_id": scope.agency_id(), "batch_id": batch_id}
    return execute(INSERT_NEW if only_new else INSERT, named, prepared=True).rowcount


def insert_batch(batch_id: UUID, events: int, *, origin: Origin, now: datetime) -> None:
    batch = {"agency_id": scope.agency_id(), "batch_id": batch_id, "sub_account_id": scope.sub_account_id()}
    execute(INSERT_BATCH, batch | {"origin": origin.value, "events": events, "now": now}, prepared=True)
