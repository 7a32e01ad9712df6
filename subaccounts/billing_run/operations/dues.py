"""What opened invoices of subscriptions leave to be paid, written for any number of them in one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.billing_run.models import AmountDue, DueState

# Nobody asks for what ended subscriptions still owe, except that its invoice stands.
WRITE = """
INSERT INTO amounts_due (
    agency_id, id, sub_account_id, collection, state, total_micros, settled_micros, currency, declines, failures,
    ended_at
)
SELECT i.agency_id, i.id, i.sub_account_id, of.collection,
    CASE WHEN of.collection = 'invoice' THEN 'awaited' WHEN of.is_over THEN 'stopped' ELSE 'collecting' END,
    i.total_micros - i.wallet_micros, 0, i.currency, 0, 0,
    CASE WHEN of.collection <> 'invoice' AND of.is_over THEN %(now)s::timestamptz END
FROM invoices i
CROSS JOIN LATERAL (
    SELECT min(s.collection) AS collection, bool_and(s.state = 'canceled') AS is_over
    FROM invoice_lines l JOIN subscriptions s ON s.agency_id = l.agency_id
        AND s.id = coalesce(l.source->>'subscription', l.source->>'id')::uuid
    WHERE l.agency_id = i.agency_id AND l.invoice_id = i.id AND l.source IS NOT NULL
) AS of
WHERE i.agency_id = %(agency_id)s AND i.id = ANY (%(ids)s::uuid[]) AND i.state = 'open' AND of.collection IS NOT NULL
"""


def write_dues(invoice_ids: Sequence[UUID], *, now: datetime) -> None:
    """Of the invoices that name a subscription; another's leave nothing to collect here."""
    execute(WRITE, {"agency_id": scope.agency_id(), "ids": uuids(invoice_ids), "now": now})


def collecting(invoice_ids: Sequence[UUID]) -> Sequence[AmountDue]:
    """Those of them that card or wallet are asked for, in the order of their invoices."""
    wanted = AmountDue.id == any_(literal(list(invoice_ids), ARRAY(Uuid)))
    return session.scalars(
        select(AmountDue).where(wanted, AmountDue.state == DueState.COLLECTING).order_by(AmountDue.id)
    ).all()
