"""What happened to one subscription happens to all that are alike: its rows are copied in sets, by the database."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.tenancy import scope
from subaccounts.subscriptions.bills import Bill, Debtor

SUBSCRIPTIONS = """
UPDATE subscriptions s
SET state = f.state, current_start = f.current_start, current_end = f.current_end,
    first_billed_at = coalesce(s.first_billed_at, f.first_billed_at), next_credits_at = f.next_credits_at,
    next_billing_at = f.next_billing_at, ends_at = f.ends_at, ended_at = f.ended_at, times_parked = 0
FROM unnest(%(ids)s::uuid[], %(firsts)s::uuid[]) AS copy (id, first)
JOIN subscriptions f ON f.agency_id = %(agency_id)s AND f.id = copy.first
WHERE s.agency_id = %(agency_id)s AND s.id = copy.id
"""
HISTORY = """
INSERT INTO subscription_history (
    agency_id, id, sub_account_id, subscription_id, kind, at, by, product_id, note, period_start, period_end,
    amount_micros, recurring_micros, currency
)
SELECT f.agency_id, uuidv7(), copy.sub_account_id, copy.id, f.kind, f.at, f.by, f.product_id, f.note, f.period_start,
    f.period_end, f.amount_micros, f.recurring_micros, f.currency
FROM unnest(%(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(firsts)s::uuid[]) AS copy (id, sub_account_id, first)
JOIN subscription_history f ON f.agency_id = %(agency_id)s AND f.id = ANY (%(told)s::uuid[])
    AND f.subscription_id = copy.first
ORDER BY f.id
"""
LINES = """
INSERT INTO billed_lines (
    agency_id, id, sub_account_id, subscription_id, bill_id, component, period_start, period_end, occasion, price_id,
    product_id, quantity, share, discount_micros, amount_micros, tax_micros, taxes, currency, billed_at
)
SELECT f.agency_id, uuidv7(), copy.sub_account_id, copy.subscription_id, copy.bill_id, f.component, f.period_start,
    f.period_end, f.occasion, f.price_id, f.product_id, f.quantity, f.share, f.discount_micros, f.amount_micros,
    f.tax_micros, f.taxes, f.currency, f.billed_at
FROM unnest(%(ids)s::uuid[], %(subscription_ids)s::uuid[], %(sub_account_ids)s::uuid[], %(firsts)s::uuid[],
    %(of)s::uuid[]) AS copy (bill_id, subscription_id, sub_account_id, first, of)
JOIN billed_lines f ON f.agency_id = %(agency_id)s AND f.bill_id = copy.first AND f.subscription_id = copy.of
ORDER BY f.id
"""


class Copy(NamedTuple):
    """A subscription to which the same happened as to the first of those that are alike."""

    first: UUID
    debtor: Debtor


class BillCopy(NamedTuple):
    first: Bill
    bill: Bill


def copy_rows(copies: Sequence[Copy], told: Sequence[UUID], bills: Iterable[BillCopy]) -> None:
    """The first one's own rows are stored; ``told`` are its entries of history."""
    documents = {(copy.first.id, copy.bill.id, *copy.bill.debtor[:2]): copy for copy in bills}.values()
    parameters = {
        "agency_id": scope.agency_id(),
        "ids": uuids(copy.debtor.subscription_id for copy in copies),
        "sub_account_ids": uuids(copy.debtor.sub_account_id for copy in copies),
        "firsts": uuids(copy.first for copy in copies),
    }
    execute(SUBSCRIPTIONS, parameters)
    execute(HISTORY, parameters | {"told": uuids(told)})
    parameters = {
        "agency_id": scope.agency_id(),
        "ids": uuids(copy.bill.id for copy in documents),
        "subscription_ids": uuids(copy.bill.debtor.subscription_id for copy in documents),
        "sub_account_ids": uuids(copy.bill.sub_account_id for copy in documents),
        "firsts": uuids(copy.first.id for copy in documents),
        "of": uuids(copy.first.debtor.subscription_id for copy in documents),
    }
    execute(LINES, parameters)
