"""Rating in sets: what has arrived is measured, priced, paid and counted in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import execute, uuids
from agency.foundation.tenancy import scope
from subaccounts.usage.operations.changes import Pricing
from subaccounts.usage.operations.charging import book
from subaccounts.usage.operations.counting import count
from subaccounts.usage.operations.measuring import extents, measures
from subaccounts.usage.operations.totals import join_totals, write_totals
from subaccounts.usage.tariffs import tariffs

# Enough that a wallet is debited seldom, few enough that its locks are short.
EVENTS_MAX = 50_000
BATCHES_MAX = 500
# The newest partitions may have no statistics yet: without this they would be read whole.
BY_INDEX = "SET LOCAL enable_seqscan = off"
CLAIM = """
SELECT id, events FROM usage_batches WHERE agency_id = %(agency_id)s AND rating_id IS NULL
ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
RATED = """
UPDATE usage_batches SET rating_id = %(rating_id)s
WHERE agency_id = %(agency_id)s AND id = ANY (%(batches)s::uuid[])
"""


def rate_set(*, now: datetime) -> int:
    """Rate the oldest batches that wait, in the agency's scope and a transaction; answers how many batches it were.

    Whoever rates beside it takes other batches. Cut off at any point nothing is rated, and the same batches wait.
    """
    batch_ids = _claim()
    if not batch_ids:
        return 0
    rating_id, found = ids.new_id(), extents(batch_ids)
    known = tariffs(found)
    spans, totals = join_totals([span for extent in found for span in known.spans(extent)], now=now)
    pricing = Pricing(spans, now=now)
    measured = measures(batch_ids, spans, totals)
    changes = pricing.changes(spans, totals, measured, batch_ids)
    write_totals(totals)
    count(batch_ids, list(known.meters.values()), [first for each in measured for first in each.firsts])
    book(changes, rating_id=rating_id, now=now)  # Last, as from here on the wallets are locked.
    rated = {"rating_id": rating_id, "agency_id": scope.agency_id(), "batches": uuids(batch_ids)}
    execute(RATED, rated)
    return len(batch_ids)


def _claim() -> Sequence[UUID]:
    claimed: list[UUID] = []
    events = 0
    for batch_id, size in execute(CLAIM, {"agency_id": scope.agency_id(), "limit": BATCHES_MAX}):
        if claimed and events + size > EVENTS_MAX:
            break
        claimed.append(batch_id)
        events += size
    if claimed:
        execute(BY_INDEX, {})
    return claimed
