"""History, lots and the day's spending of any number of wallets in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation.database.bulk import by_id, execute, integers, moments, texts, uuids
from agency.foundation.tenancy import scope
from wallet.credits.entries import Line, Use
from wallet.ledger.codes import Code

# Whatever these changed of a balance was spent on a product, or given back by one.
SPENDING = (Code.USAGE, Code.CHARGE, Code.CAPTURE, Code.GIVEN_BACK)
NO_PRODUCT = UUID(int=0)

WRITE = """
WITH entry AS MATERIALIZED (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(currencies)s::text[], %(kinds)s::text[],
        %(purchased)s::bigint[], %(complimentary)s::bigint[], %(owed)s::bigint[],
        %(balances)s::bigint[], %(source_types)s::text[], %(source_ids)s::uuid[],
        %(refers_to)s::uuid[], %(meters)s::text[], %(products)s::uuid[],
        %(descriptions)s::text[], %(effective_ats)s::timestamptz[]
    ) AS e (
        id, sub_account_id, currency, kind, purchased, complimentary, owed, balance_after, source_type, source_id,
        refers_to_id, meter, product_id, description, effective_at
    )
), entered AS (
    INSERT INTO wallet_transactions (
        agency_id, id, sub_account_id, currency, kind, purchased, complimentary, owed, balance_after, source_type,
        source_id, refers_to_id, meter, product_id, description, effective_at, booked_at
    )
    SELECT %(agency_id)s::uuid, e.*, %(now)s::timestamptz FROM entry e
), used AS (
    INSERT INTO lot_uses (agency_id, transaction_id, lot_id, sub_account_id, amount)
    SELECT %(agency_id)s::uuid, u.* FROM unnest(
        %(use_transactions)s::uuid[], %(use_lots)s::uuid[], %(use_sub_accounts)s::uuid[],
        %(use_amounts)s::bigint[]
    ) AS u
), spent AS (
    INSERT INTO daily_spending AS d (agency_id, sub_account_id, day, product_id, currency, spent)
    SELECT %(agency_id)s::uuid, e.sub_account_id,
        (%(now)s::timestamptz AT TIME ZONE (
            SELECT s.time_zone FROM sub_accounts s WHERE s.agency_id = %(agency_id)s AND s.id = e.sub_account_id
        ))::date,
        e.product_id, e.currency, e.spent
    FROM (
        SELECT sub_account_id, coalesce(product_id, %(no_product)s::uuid) AS product_id, currency,
            sum(owed - purchased - complimentary) AS spent
        FROM entry WHERE kind = ANY (%(spending)s::text[]) GROUP BY 1, 2, 3
    ) e
    ON CONFLICT (agency_id, sub_account_id, day, product_id, currency)
    DO UPDATE SET spent = d.spent + excluded.spent
)
UPDATE credit_lots l
SET remaining = l.remaining + (%(changes)s::jsonb -> l.id::text -> 0)::bigint,
    held = l.held + (%(changes)s::jsonb -> l.id::text -> 1)::bigint,
    returned = l.returned + (%(changes)s::jsonb -> l.id::text -> 2)::bigint
WHERE l.agency_id = %(agency_id)s AND l.id = ANY (%(lots)s::uuid[])
"""


def write(lines: Sequence[Line], uses: Sequence[Use], changes: Mapping[UUID, list[int]], *, now: datetime) -> None:
    """Called under the locks of every wallet named, after the transfers were posted."""
    constants = {"agency_id": scope.agency_id(), "now": now, "no_product": NO_PRODUCT, "spending": texts(SPENDING)}
    changed = {"lots": uuids(changes), "changes": by_id(changes)}
    execute(WRITE, constants | _lines(lines) | _uses(uses) | changed, prepared=True)


def _lines(lines: Sequence[Line]) -> dict[str, Any]:
    entries = [line.entry for line in lines]
    return {
        "ids": uuids([entry.id for entry in entries]),
        "sub_account_ids": uuids([line.sub_account_id for line in lines]),
        "currencies": texts([line.currency for line in lines]),
        "kinds": texts([entry.kind for entry in entries]),
        "purchased": integers([line.purchased for line in lines]),
        "complimentary": integers([line.complimentary for line in lines]),
        "owed": integers([line.owed for line in lines]),
        "balances": integers([line.balance_after for line in lines]),
        "source_types": texts([entry.source_type for entry in entries]),
        "source_ids": uuids([entry.source_id for entry in entries]),
        "refers_to": uuids([entry.refers_to_id for entry in entries]),
        "meters": texts([entry.meter for entry in entries]),
        "products": uuids([entry.product_id for entry in entries]),
        "descriptions": texts([entry.description for entry in entries]),
        "effective_ats": moments([line.effective_at for line in lines]),
    }


def _uses(uses: Sequence[Use]) -> dict[str, Any]:
    return {
        "use_transactions": uuids([use.transaction_id for use in uses]),
        "use_lots": uuids([use.lot_id for use in uses]),
        "use_sub_accounts": uuids([use.sub_account_id for use in uses]),
        "use_amounts": integers([use.amount for use in uses]),
    }
