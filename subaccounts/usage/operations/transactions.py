"""The single transactions that a percentage is taken of, since the first ones may be free."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.tenancy import scope
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.tariffs import Span

# A correction lessens the transaction that it corrects; one taken back whole is none any more.
VALUES = """
WITH counted AS (
    SELECT e.*, false AS is_new FROM usage_charges c
    JOIN usage_batches b ON b.agency_id = c.agency_id AND b.rating_id = c.rating_id
    JOIN usage_events e ON e.agency_id = c.agency_id AND e.batch_id = b.id AND e.sub_account_id = c.sub_account_id
        AND e.meter_id = c.meter_id AND e.occurred_at >= c.occurred_from AND e.occurred_at < c.occurred_until
    WHERE c.agency_id = %(agency_id)s AND c.total_id = %(total_id)s
    UNION ALL
    SELECT e.*, true FROM usage_events e
    WHERE e.agency_id = %(agency_id)s AND e.batch_id = ANY (%(batches)s::uuid[])
        AND e.sub_account_id = %(sub_account_id)s AND e.meter_id = %(meter_id)s
        AND e.occurred_at >= %(start)s AND e.occurred_at < %(end)s
)
SELECT array_agg(quantity) FILTER (WHERE NOT is_new), array_agg(quantity), min(occurred_at), coalesce(corrects, id)
FROM counted GROUP BY 4 ORDER BY 3, 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """``before`` those that were rated already, ``all`` with those that come."""

    before: tuple[Decimal, ...] = ()
    all: tuple[Decimal, ...] = ()


def transactions(span: Span, total: UsageTotal, batch_ids: Sequence[UUID]) -> Transactions:
    asked = {
        "agency_id": scope.agency_id(),
        "total_id": total.id,
        "batches": uuids(batch_ids),
        "sub_account_id": span.sub_account.id,
        "meter_id": span.meter.id,
        "start": span.start,
        "end": span.end,
    }
    rows = execute(VALUES, asked).fetchall()
    return Transactions(
        before=_values([row[0] or () for row in rows]),
        all=_values([row[1] for row in rows]),
    )


def _values(parts: Sequence[Sequence[Decimal]]) -> tuple[Decimal, ...]:
    sums = [(sum(each, Decimal(0)), len(each)) for each in parts]
    return tuple(value for value, count in sums if count == 1 or value > 0)
