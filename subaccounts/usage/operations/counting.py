"""Statistics kept up as usage is rated: hours, days and months of each member, in one statement."""

from collections.abc import Sequence
from uuid import UUID

from agency.foundation.database.bulk import execute, integers, moments, texts, uuids
from agency.foundation.tenancy import scope
from agency.plans.models.meters import Meter
from agency.plans.rules.aggregation import Aggregation
from subaccounts.usage.rules.measuring import First

# Every zone's hours begin at a quarter of some hour, so quarters are counted first and few rows are left to place.
# Rows are taken in the order of their key by everybody, so that two ratings never wait for each other in a ring.
COUNT = """
WITH quarters AS MATERIALIZED (
    SELECT sub_account_id, meter_id, date_bin('15 minutes', occurred_at, 'epoch') AS bin,
        coalesce(member, '') AS member, count(*) - 2 * count(corrects) AS events, sum(quantity) AS quantity,
        max(quantity) AS largest, max(occurred_at) AS last_at, 0 AS fresh
    FROM usage_events WHERE agency_id = %(agency_id)s AND batch_id = ANY (%(batches)s::uuid[]) GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT f.sub_account_id, f.meter_id, f.bin, f.member, 0, 0, 0, f.bin, f.fresh FROM unnest(
        %(owners)s::uuid[], %(their_meters)s::uuid[], %(bins)s::timestamptz[], %(members)s::text[], %(keys)s::bigint[]
    ) AS f (sub_account_id, meter_id, bin, member, fresh)
), counted AS (
    SELECT q.sub_account_id, g.grain, q.meter_id, date_trunc(g.grain, q.bin, s.time_zone) AS starts_at, q.member,
        sum(q.events) AS events, sum(q.quantity) AS quantity, max(q.largest) AS largest, max(q.last_at) AS last_at,
        sum(q.fresh) AS fresh
    FROM quarters q JOIN sub_accounts s ON s.agency_id = %(agency_id)s AND s.id = q.sub_account_id
    CROSS JOIN (VALUES ('hour'), ('day'), ('month')) AS g (grain)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
)
INSERT INTO usage_buckets AS b (
    agency_id, sub_account_id, grain, meter_id, starts_at, member, events, quantity, largest, last_at, fresh
)
SELECT %(agency_id)s::uuid, counted.* FROM counted
ON CONFLICT (agency_id, sub_account_id, grain, meter_id, starts_at, member) DO UPDATE SET
    events = b.events + excluded.events,
    quantity = b.quantity + excluded.quantity,
    largest = greatest(b.largest, excluded.largest),
    last_at = greatest(b.last_at, excluded.last_at),
    fresh = b.fresh + excluded.fresh
"""
LAST = """
UPDATE usage_buckets b SET last = l.quantity
FROM (
    SELECT DISTINCT ON (e.sub_account_id, e.meter_id, g.grain, starts_at, member)
        e.sub_account_id, e.meter_id, g.grain, date_trunc(g.grain, e.occurred_at, s.time_zone) AS starts_at,
        coalesce(e.member, '') AS member, e.occurred_at, e.quantity
    FROM usage_events e
    JOIN sub_accounts s ON s.agency_id = e.agency_id AND s.id = e.sub_account_id
    CROSS JOIN (VALUES ('hour'), ('day'), ('month')) AS g (grain)
    WHERE e.agency_id = %(agency_id)s AND e.batch_id = ANY (%(batches)s::uuid[])
        AND e.meter_id = ANY (%(meters)s::uuid[])
    ORDER BY e.sub_account_id, e.meter_id, g.grain, starts_at, member, e.occurred_at DESC, e.id DESC
) l
WHERE b.agency_id = %(agency_id)s AND b.sub_account_id = l.sub_account_id AND b.grain = l.grain
    AND b.meter_id = l.meter_id AND b.starts_at = l.starts_at AND b.member = l.member AND b.last_at = l.occurred_at
"""


def count(batch_ids: Sequence[UUID], meters: Sequence[Meter], firsts: Sequence[First]) -> None:
    """Add the events of these batches, which are of these meters, and the keys first seen in them; each batch once."""
    named = {"agency_id": scope.agency_id(), "batches": uuids(batch_ids)}
    seen = {
        "owners": uuids(first.sub_account_id for first in firsts),
        "their_meters": uuids(first.meter_id for first in firsts),
        "bins": moments(first.bin for first in firsts),
        "members": texts(first.member for first in firsts),
        "keys": integers(first.keys for first in firsts),
    }
    execute(COUNT, named | seen)
    followed = [meter.id for meter in meters if meter.aggregation is Aggregation.LATEST]
    if followed:
        execute(LAST, named | {"meters": uuids(followed)})
