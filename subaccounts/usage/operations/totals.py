"""The totals that usage joins: opened where they are new, locked in a fixed order, and changed in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.bulk import by_id, execute, moments, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.tariffs import Span

Key = tuple[UUID, UUID, datetime, UUID | None, UUID | None]
# What cannot be flattened into a join is looked up by the index, once for each.
FOUND = """
SELECT t.id FROM unnest(
    %(sub_accounts)s::uuid[], %(meters)s::uuid[], %(starts)s::timestamptz[], %(prices)s::uuid[],
    %(subscriptions)s::uuid[]
) AS n (sub_account_id, meter_id, period_start, price_id, subscription_id)
CROSS JOIN LATERAL (
    SELECT f.id FROM usage_totals f
    WHERE f.agency_id = %(agency_id)s AND f.sub_account_id = n.sub_account_id AND f.meter_id = n.meter_id
        AND f.period_start = n.period_start AND f.price_id IS NOT DISTINCT FROM n.price_id
        AND f.subscription_id IS NOT DISTINCT FROM n.subscription_id
    OFFSET 0
) t
ORDER BY t.id
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


class PeriodClosedMeanwhile(RuntimeError):
    """A period was closed between two looks at it; the rating is done again from the start."""


def join_totals(spans: Sequence[Span], *, now: datetime) -> tuple[list[Span], list[UsageTotal]]:
    """The spans with the totals they join, locked until the transaction ends.

    What is of a closed period joins the total of the period at hand, marked as late.
    """
    closed = {key for key, total in _read(spans).items() if total.closed_at is not None}
    placed = [span.moved_to(now) if span.key in closed else span for span in spans]
    _open(placed)
    found = _read(placed, lock=True)
    totals = [found[span.key] for span in placed]
    if any(total.closed_at is not None for total in totals):
        raise PeriodClosedMeanwhile
    return placed, totals


def _read(spans: Sequence[Span], *, lock: bool = False) -> Mapping[Key, UsageTotal]:
    total_ids = [row[0] for row in execute(FOUND, {"agency_id": scope.agency_id()} | _names(spans))]
    query = select(UsageTotal).where(UsageTotal.id.in_(total_ids)).order_by(UsageTotal.id)
    if lock:
        query = query.with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    for row in rows:
        session.expunge(row)
    return {
        (row.sub_account_id, row.meter_id, row.period_start, row.price_id, row.subscription_id): row for row in rows
    }


def _names(spans: Sequence[Span]) -> dict[str, Any]:
    keys = [span.key for span in spans]
    return {
        "sub_accounts": uuids([key[0] for key in keys]),
        "meters": uuids([key[1] for key in keys]),
        "starts": moments([key[2] for key in keys]),
        "prices": uuids([key[3] for key in keys]),
        "subscriptions": uuids([key[4] for key in keys]),
    }


def _open(spans: Sequence[Span]) -> None:
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
            total.latest_at and total.latest_at.isoformat(),
            total.latest_id,
            total.charge_micros,
            total.tax_micros,
        )
        for total in totals
    }
    execute(CHANGE, {"agency_id": scope.agency_id(), "ids": uuids(rows), "totals": by_id(rows)})
