"""What was charged, and what it cost, day by day: summed up as it is booked, so that no page reads single charges."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from agency.foundation.database.bulk import execute, integers, moments, texts, uuids
from agency.foundation.local_days import start_of_day
from agency.foundation.tenancy import scope
from subaccounts.usage.operations.changes import Change

CHARGED = """
INSERT INTO usage_days AS d (
    agency_id, sub_account_id, starts_at, meter_id, currency, amount_micros, tax_micros
)
SELECT %(agency_id)s::uuid, n.* FROM unnest(
    %(sub_accounts)s::uuid[], %(starts)s::timestamptz[], %(meters)s::uuid[], %(currencies)s::text[],
    %(amounts)s::bigint[], %(taxes)s::bigint[]
) AS n
ON CONFLICT (agency_id, sub_account_id, starts_at, meter_id, currency) DO UPDATE SET
    amount_micros = d.amount_micros + excluded.amount_micros, tax_micros = d.tax_micros + excluded.tax_micros
"""
COST = """
INSERT INTO usage_cost_days AS d (agency_id, sub_account_id, starts_at, meter_id, currency, cost_micros)
SELECT %(agency_id)s::uuid, n.* FROM unnest(
    %(sub_accounts)s::uuid[], %(starts)s::timestamptz[], %(meters)s::uuid[], %(currencies)s::text[],
    %(costs)s::bigint[]
) AS n
ON CONFLICT (agency_id, sub_account_id, starts_at, meter_id, currency) DO UPDATE SET
    cost_micros = d.cost_micros + excluded.cost_micros
"""
Key = tuple[UUID, datetime, UUID, str]


def add_to_days(changes: Sequence[Change], *, now: datetime) -> None:
    """Called before any wallet is locked.

    Rows are taken in the order of their key by everybody, so that two ratings never wait for each other in a ring.
    """
    starts = {zone: start_of_day(now, ZoneInfo(zone)) for zone in {each.span.sub_account.time_zone for each in changes}}
    charged: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    cost: dict[Key, int] = defaultdict(int)
    for change in changes:
        owner = change.span.sub_account
        key = (owner.id, starts[owner.time_zone], change.total.meter_id, change.total.currency)
        charged[key][0] += change.amount.micros
        charged[key][1] += change.tax.micros
        if change.cost:
            cost[key] += change.cost.micros
    keys = sorted(charged)
    amounts, taxes = ([charged[key][place] for key in keys] for place in (0, 1))
    _add(CHARGED, keys, amounts=amounts, taxes=taxes)
    keys = sorted(cost)
    _add(COST, keys, costs=[cost[key] for key in keys])


def _add(statement: LiteralString, keys: Sequence[Key], **figures: Iterable[int]) -> None:
    if not keys:
        return
    owners, starts, meters, currencies = zip(*keys, strict=True)
    named: dict[str, Any] = {
        "agency_id": scope.agency_id(),
        "sub_accounts": uuids(owners),
        "starts": moments(starts),
        "meters": uuids(meters),
        "currencies": texts(currencies),
    }
    execute(statement, named | {name: integers(values) for name, values in figures.items()})
