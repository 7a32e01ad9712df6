"""Statistics kept up as usage is rated: hours and days of each member, in one statement."""

from collections.abc import Sequence
from uuid import UUID

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.tenancy import scope

# Rows are taken in the order of their key by everybody, so that two ratings never wait for each other in a ring.
COUNT = """
WITH hourly AS MATERIALIZED (
    SELECT e.sub_account_id, e.meter_id, s.time_zone, date_trunc('hour', e.occurred_at, s.time_zone) AS starts_at,
        coalesce(e.member, '') AS member, count(*) - 2 * count(e.corrects) AS events, sum(e.quantity) AS quantity,
        max(e.quantity) AS largest, max(e.occurred_at) AS last_at,
        CASE WHEN m.aggregation = 'latest' THEN (array_agg(e.quantity ORDER BY e.occurred_at DESC, e.id DESC))[1] END
            AS last
    FROM usage_events e
    JOIN sub_accounts s ON s.agency_id = e.agency_id AND s.id = e.sub_account_id
    JOIN meters m ON m.agency_id = e.agency_id AND m.id = e.meter_id
    WHERE e.agency_id = %(agency_id)s AND e.batch_id = ANY (%(batches)s::uuid[])
    GROUP BY 1, 2, 3, 4, 5, m.aggregation
), counted AS (
    SELECT sub_account_id, 'hour' AS grain, meter_id, starts_at, member, events, quantity, largest, last_at, last
    FROM hourly
    UNION ALL
    SELECT sub_account_id, 'day', meter_id, date_trunc('day', starts_at, time_zone), member, sum(events),
        sum(quantity), max(largest), max(last_at), (array_agg(last ORDER BY last_at DESC))[1]
    FROM hourly GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO usage_buckets AS b (
    agency_id, sub_account_id, grain, meter_id, starts_at, member, events, quantity, largest, last_at, last
)
SELECT %(agency_id)s::uuid, counted.* FROM counted ORDER BY 2, 3, 4, 5, 6
ON CONFLICT (agency_id, sub_account_id, grain, meter_id, starts_at, member) DO UPDATE SET
    events = b.events + excluded.events,
    quantity = b.quantity + excluded.quantity,
    largest = greatest(b.largest, excluded.largest),
    last = CASE WHEN excluded.last_at >= b.last_at THEN excluded.last ELSE b.last END,
    last_at = greatest(b.last_at, excluded.last_at)
"""


def count(batch_ids: Sequence[UUID]) -> None:
    """Add the events of these batches; each batch once."""
    execute(COUNT, {"agency_id": scope.agency_id(), "batches": uuids(batch_ids)})
