"""What opened invoices of subscriptions leave to be paid, written for any number of them in one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.bulk import any_of, execute, uuids
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.billing_run.models import AmountDue, DueState

# Nobody asks for what ended subscriptions still owe, except that its invoice stands. The lines' own words are read
# before the subscriptions are joined: no index serves a word that is read from JSON behind row-level security.
WRITE = """
WITH named AS MATERIALIZED (
    SELECT DISTINCT invoice_id, coalesce(source->>'subscription', source->>'id')::uuid AS subscription_id
    FROM invoice_lines WHERE agency_id = %(agency_id)s AND invoice_id = ANY (%(ids)s::uuid[]) AND source IS NOT NULL
), of AS MATERIALIZED (
    SELECT n.invoice_id, min(s.collection) AS collection, bool_and(s.state = 'canceled') AS is_over
    FROM named n JOIN subscriptions s ON s.agency_id = %(agency_id)s AND s.id = n.subscription_id
    GROUP BY n.invoice_id
)
INSERT INTO amounts_due (
    agency_id, id, sub_account_id, collection, state, total_micros, settled_micros, currency, declines, failures,
    ended_at
)
SELECT i.agency_id, i.id, i.sub_account_id, of.collection,
    CASE WHEN of.collection = 'invoice' THEN 'awaited' WHEN of.is_over THEN 'stopped' ELSE 'collecting' END,
    i.total_micros - i.wallet_micros, 0, i.currency, 0, 0,
    CASE WHEN of.collection <> 'invoice' AND of.is_over THEN %(now)s::timestamptz END
FROM of JOIN invoices i ON i.agency_id = %(agency_id)s AND i.id = of.invoice_id
WHERE i.state = 'open'
"""


def write_dues(invoice_ids: Sequence[UUID], *, now: datetime) -> None:
    """Of the invoices that name a subscription; another's leave nothing to collect here."""
    execute(WRITE, {"agency_id": scope.agency_id(), "ids": uuids(invoice_ids), "now": now})


def collecting(invoice_ids: Sequence[UUID]) -> Sequence[AmountDue]:
    """Those of them that card or wallet are asked for, in the order of their invoices."""
    wanted = AmountDue.id == any_of(invoice_ids)
    return session.scalars(
        select(AmountDue).where(wanted, AmountDue.state == DueState.COLLECTING).order_by(AmountDue.id)
    ).all()
