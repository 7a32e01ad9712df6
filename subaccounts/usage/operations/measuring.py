"""What the events of a rating come to, span by span, counted by the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

from agency.foundation.database.bulk import execute, integers, moments, texts, uuids
from agency.foundation.tenancy import scope
from agency.plans.rules.aggregation import Aggregation
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.rules.measuring import First, Latest, Measure
from subaccounts.usage.tariffs import Extent, Span

EXTENTS = """
SELECT sub_account_id, meter_id, min(occurred_at), max(occurred_at) FROM usage_events
WHERE agency_id = %(agency_id)s AND batch_id = ANY (%(batches)s::uuid[]) GROUP BY 1, 2
"""
# Stands for IN_SPANS in the statements below.
IN_SPANS = """
FROM usage_events e JOIN unnest(
    %(numbers)s::int[], %(sub_accounts)s::uuid[], %(meters)s::uuid[], %(starts)s::timestamptz[],
    %(ends)s::timestamptz[], %(totals)s::uuid[], %(unique_by)s::text[]
) AS s (number, sub_account_id, meter_id, starts_at, ends_at, total_id, unique_by)
    ON s.sub_account_id = e.sub_account_id AND s.meter_id = e.meter_id
    AND e.occurred_at >= s.starts_at AND e.occurred_at < s.ends_at
WHERE e.agency_id = %(agency_id)s AND e.batch_id = ANY (%(batches)s::uuid[])
"""
MEASURED = """
SELECT s.number, count(*) FILTER (WHERE e.corrects IS NULL), count(e.corrects), sum(e.quantity), max(e.quantity)
IN_SPANS GROUP BY s.number
"""
LATEST = """
SELECT DISTINCT ON (s.number) s.number, e.occurred_at, e.id, e.quantity
IN_SPANS ORDER BY s.number, e.occurred_at DESC, e.id DESC
"""
FRESH = """
WITH seen AS (
    SELECT DISTINCT ON (total_id, key) s.number, s.total_id,
        coalesce(e.properties ->> s.unique_by, e.member) AS key, e.sub_account_id, e.meter_id, e.occurred_at,
        coalesce(e.member, '') AS member
    IN_SPANS ORDER BY total_id, key, e.occurred_at, e.id
), fresh AS (
    INSERT INTO usage_uniques (agency_id, total_id, key, sub_account_id, meter_id, first_at, member)
    SELECT %(agency_id)s::uuid, total_id, key, sub_account_id, meter_id, occurred_at, member FROM seen
    ON CONFLICT DO NOTHING RETURNING total_id, key
)
SELECT seen.number, seen.sub_account_id, seen.meter_id, date_bin('15 minutes', seen.occurred_at, 'epoch'), seen.member,
    count(*)
FROM fresh JOIN seen USING (total_id, key) GROUP BY 1, 2, 3, 4, 5
"""


def extents(batch_ids: Sequence[UUID]) -> list[Extent]:
    rows = execute(EXTENTS, {"agency_id": scope.agency_id(), "batches": uuids(batch_ids)})
    return [Extent(*row) for row in rows]


def measures(batch_ids: Sequence[UUID], spans: Sequence[Span], totals: Sequence[UsageTotal]) -> list[Measure]:
    """In the order of the spans; ``totals`` are the ones that they join."""
    asked = _asked(batch_ids, list(enumerate(spans)), totals)
    measured = {number: row for number, *row in execute(_in_spans(MEASURED), asked)}
    latest = _only(Aggregation.LATEST, spans)
    unique = _only(Aggregation.UNIQUE_COUNT, spans)
    last = {row[0]: Latest(*row[1:]) for row in _rows(LATEST, batch_ids, latest, totals)}
    firsts: dict[int, list[First]] = defaultdict(list)
    for number, *first in _rows(FRESH, batch_ids, unique, totals):
        firsts[number].append(First(*first))
    found = []
    for number in range(len(spans)):
        events, taken_back, quantity, largest = measured.get(number, (0, 0, 0, 0))
        found.append(
            Measure(
                events=events,
                taken_back=taken_back,
                quantity=quantity,
                largest=largest,
                latest=last.get(number),
                firsts=firsts.get(number, ()),
            )
        )
    return found


def _in_spans(statement: LiteralString) -> LiteralString:
    return statement.replace("IN_SPANS", IN_SPANS)


def _only(aggregation: Aggregation, spans: Sequence[Span]) -> list[tuple[int, Span]]:
    return [(number, span) for number, span in enumerate(spans) if span.meter.aggregation is aggregation]


def _rows(
    query: LiteralString, batch_ids: Sequence[UUID], spans: Sequence[tuple[int, Span]], totals: Sequence[UsageTotal]
) -> Sequence[tuple[Any, ...]]:
    return execute(_in_spans(query), _asked(batch_ids, spans, totals)).fetchall() if spans else []


def _asked(
    batch_ids: Sequence[UUID], numbered: Sequence[tuple[int, Span]], totals: Sequence[UsageTotal]
) -> dict[str, Any]:
    spans = [span for _, span in numbered]
    return {
        "agency_id": scope.agency_id(),
        "batches": uuids(batch_ids),
        "numbers": integers([number for number, _ in numbered]),
        "sub_accounts": uuids([span.sub_account.id for span in spans]),
        "meters": uuids([span.meter.id for span in spans]),
        "starts": moments([span.start for span in spans]),
        "ends": moments([span.end for span in spans]),
        "totals": uuids([totals[number].id for number, _ in numbered]),
        "unique_by": texts([span.meter.unique_by for span in spans]),
    }
