"""The totals that usage joins: opened where they are new, locked in a fixed order, and changed in one statement."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import by_id, execute, moments, texts, uuids
from agency.foundation.database.inserting import unsaved
from agency.foundation.tenancy import scope
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.tariffs import Span

Key = tuple[UUID, UUID, datetime, UUID | None, UUID | None]
# What cannot be flattened into a join is looked up by the index, once for each.
FOUND = """
SELECT n.number, t.id, t.closed_at IS NOT NULL FROM unnest(
    %(sub_accounts)s::uuid[], %(meters)s::uuid[], %(starts)s::timestamptz[], %(prices)s::uuid[],
    %(subscriptions)s::uuid[]
) WITH ORDINALITY AS n (sub_account_id, meter_id, period_start, price_id, subscription_id, number)
CROSS JOIN LATERAL (
    SELECT f.id, f.closed_at FROM usage_totals f
    WHERE f.agency_id = %(agency_id)s AND f.sub_account_id = n.sub_account_id AND f.meter_id = n.meter_id
        AND f.period_start = n.period_start AND f.price_id IS NOT DISTINCT FROM n.price_id
        AND f.subscription_id IS NOT DISTINCT FROM n.subscription_id
    OFFSET 0
) t
"""
LOCK = """
SELECT * FROM usage_totals WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[]) ORDER BY id FOR UPDATE
"""
OPEN = """
INSERT INTO usage_totals (
    agency_id, id, sub_account_id, meter_id, period_start, price_id, subscription_id, period_end, currency,
    is_prepaid, included, quantity, events, charge_micros, tax_micros
)
SELECT %(agency_id)s::uuid, n.*, 0, 0, 0, 0 FROM unnest(
    %(ids)s::uuid[], %(sub_accounts)s::uuid[], %(meters)s::uuid[], %(starts)s::timestamptz[], %(prices)s::uuid[],
    %(subscriptions)s::uuid[], %(ends)s::timestamptz[], %(currencies)s::text[], %(prepaid)s::bool[],
    %(included)s::numeric[]
) AS n
ON CONFLICT DO NOTHING
"""
CHANGE = """
UPDATE usage_totals t
SET quantity = (%(totals)s::jsonb -> t.id::text ->> 0)::numeric,
    events = (%(totals)s::jsonb -> t.id::text ->> 1)::bigint,
    latest_at = (%(totals)s::jsonb -> t.id::text ->> 2)::timestamptz,
    latest_id = %(totals)s::jsonb -> t.id::text ->> 3,
    charge_micros = (%(totals)s::jsonb -> t.id::text ->> 4)::bigint,
    tax_micros = (%(totals)s::jsonb -> t.id::text ->> 5)::bigint
WHERE t.agency_id = %(agency_id)s AND t.id = ANY (%(ids)s::uuid[])
"""


class Found(NamedTuple):
    id: UUID
    is_closed: bool


NONE = Found(UUID(int=0), is_closed=False)


class PeriodClosedMeanwhile(RuntimeError):
    """A period was closed between two looks at it; the rating is done again from the start."""


def join_totals(spans: Sequence[Span], *, now: datetime) -> tuple[list[Span], list[UsageTotal]]:
    """The spans with the totals they join, locked until the transaction ends.

    What is of a closed period joins the total of the period at hand, marked as late.
    """
    found = _found(spans)
    placed = [span.moved_to(now) if found.get(span.key, NONE).is_closed else span for span in spans]
    if any(span.key not in found for span in placed):
        open_totals(placed)
        found = _found(placed)
    locked = _locked({found[span.key].id for span in placed})
    totals = [locked[found[span.key].id] for span in placed]
    if any(total.closed_at is not None for total in totals):
        raise PeriodClosedMeanwhile
    return placed, totals


def _found(spans: Sequence[Span]) -> dict[Key, Found]:
    rows = execute(FOUND, {"agency_id": scope.agency_id()} | _names(spans))
    return {spans[number - 1].key: Found(total_id, is_closed) for number, total_id, is_closed in rows}


def _locked(total_ids: Collection[UUID]) -> dict[UUID, UsageTotal]:
    rows = execute(LOCK, {"agency_id": scope.agency_id(), "ids": uuids(total_ids)})
    names = [column.name for column in rows.description or ()]
    totals = [unsaved(UsageTotal, dict(zip(names, row, strict=True))) for row in rows]
    return {total.id: total for total in totals}


def _names(spans: Sequence[Span]) -> dict[str, Any]:
    keys = [span.key for span in spans]
    return {
        "sub_accounts": uuids([key[0] for key in keys]),
        "meters": uuids([key[1] for key in keys]),
        "starts": moments([key[2] for key in keys]),
        "prices": uuids([key[3] for key in keys]),
        "subscriptions": uuids([key[4] for key in keys]),
    }


def open_totals(spans: Sequence[Span]) -> None:
    """Open those that do not exist yet, with nothing in them."""
    ordered = sorted({span.key: span for span in spans}.values(), key=lambda span: str(span.key))
    rest = {
        "agency_id": scope.agency_id(),
        "ids": uuids([ids.new_id() for _ in ordered]),
        "ends": moments([span.period.end for span in ordered]),
        "currencies": texts([span.sub_account.currency for span in ordered]),
        "prepaid": texts([str(span.tariff.is_prepaid) for span in ordered]),
        "included": texts([f"{span.tariff.included:f}" for span in ordered]),
    }
    execute(OPEN, _names(ordered) | rest)


def write_totals(totals: Sequence[UsageTotal]) -> None:
    """Store what a rating made of them, each once, in one statement: the session knows nothing of these rows."""
    rows = {
        total.id: (
            f"{total.quantity:f}",
            total.events,
            total.latest_at.isoformat() if total.latest_at else None,
            total.latest_id,
            total.charge_micros,
            total.tax_micros,
        )
        for total in totals
    }
    execute(CHANGE, {"agency_id": scope.agency_id(), "ids": uuids(rows), "totals": by_id(rows)})
