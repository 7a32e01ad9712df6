"""Take the next subscriptions with something due, and see which of them are alike in all that billing reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.tenancy import scope
from subaccounts.subscriptions.bills import Debtor
from subaccounts.subscriptions.models.subscriptions import Collection

# Whose planned changes, coupons or shares are its own is billed by itself: its likeness is its id. Every month has a
# boundary on the anchor's day, so which month the anchor lay in makes no difference there. What else is read of each is
# looked up one by one: behind row-level security the planner takes sets for single rows, and would join them in loops.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT next_billing_at, id, sub_account_id FROM subscriptions
    WHERE agency_id = %(agency_id)s AND next_billing_at <= %(now)s AND parked_at IS NULL
        AND (next_billing_at, id) > (%(after_at)s, %(after_id)s)
        AND (%(only)s::uuid[] IS NULL OR id = ANY (%(only)s::uuid[]))
    ORDER BY next_billing_at, id
    LIMIT %(size)s
), client AS MATERIALIZED (
    SELECT id FROM sub_accounts
    WHERE agency_id = %(agency_id)s AND id IN (SELECT sub_account_id FROM due)
    FOR NO KEY UPDATE SKIP LOCKED
), claimed AS MATERIALIZED (
    SELECT s.* FROM subscriptions s JOIN client ON client.id = s.sub_account_id
    WHERE s.agency_id = %(agency_id)s AND s.next_billing_at <= %(now)s AND s.parked_at IS NULL
        AND (%(only)s::uuid[] IS NULL OR s.id = ANY (%(only)s::uuid[]))
    FOR UPDATE OF s SKIP LOCKED
)
SELECT c.id, c.sub_account_id, c.collection, c.due_days, c.next_billing_at,
    CASE WHEN EXISTS (
        SELECT FROM subscription_changes p
        WHERE p.agency_id = %(agency_id)s AND p.subscription_id = c.id AND p.state = 'planned'
    ) OR EXISTS (
        SELECT FROM subscription_coupons p WHERE p.agency_id = %(agency_id)s AND p.subscription_id = c.id
    ) OR NOT item.are_whole THEN c.id::text ELSE md5(concat_ws('|', c.product_id,
        coalesce(c.contents_id::text, ''), c.currency, c.state, c.interval, c.interval_count,
        CASE WHEN c.interval = 'month' AND c.interval_count = 1 THEN '' ELSE c.anchor::text END, c.anchor_day,
        c.anchor_at, c.time_zone, c.conventions, c.first_billed_at IS NULL, c.current_start, c.current_end,
        coalesce(c.next_credits_at::text, ''), c.next_billing_at, c.resumptions, coalesce(c.ends_at::text, ''),
        coalesce(place.name, ''), item.prices)) END, c.id IN (SELECT id FROM due)
FROM claimed c
CROSS JOIN LATERAL (
    SELECT bool_and(i.paid_share = '1') AS are_whole,
        string_agg(i.price_id || 'x' || i.quantity, ' ' ORDER BY i.id) AS prices
    FROM subscription_items i
    WHERE i.agency_id = %(agency_id)s AND i.subscription_id = c.id AND i.until_at IS NULL
) AS item
LEFT JOIN LATERAL (
    SELECT b.country || '/' || coalesce(b.region, '') AS name
    FROM payers p JOIN billing_accounts b ON b.agency_id = p.agency_id AND b.payer_id = p.id
    WHERE p.agency_id = %(agency_id)s AND p.sub_account_id = c.sub_account_id AND p.kind = 'sub_account'
    ORDER BY b.id LIMIT 1
) AS place ON true
ORDER BY c.next_billing_at, c.id
"""


class Claimed(NamedTuple):
    """``likeness``: equal where the same happens at the same moments, for the same amounts.

    ``is_of_set``: it was asked for itself; else it came with another of its client.
    """

    debtor: Debtor
    due_at: datetime
    likeness: str
    is_of_set: bool


def claim(
    now: datetime, *, after: tuple[datetime, UUID], size: int, only: Sequence[UUID] | None = None
) -> list[Claimed]:
    """Lock so many of those due at a moment, or of the named ones, and what else their clients have due.

    A client comes whole or not at all, so that all of it joins one document; one that somebody else holds is left.
    In the cursor's order.
    """
    after_at, after_id = after
    rows = execute(
        CLAIM,
        {
            "agency_id": scope.agency_id(),
            "now": now,
            "after_at": after_at,
            "after_id": after_id,
            "only": None if only is None else uuids(only),
            "size": size,
        },
    )
    return [
        Claimed(Debtor(subscription_id, sub_account_id, Collection(collection), due_days), due_at, likeness, is_of_set)
        for subscription_id, sub_account_id, collection, due_days, due_at, likeness, is_of_set in rows
    ]
