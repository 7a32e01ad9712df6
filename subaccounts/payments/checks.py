"""Do payments, invoices and the ledger say the same? Parts of a payment, what invoices were paid, credit, charges."""

from collections.abc import Iterable

from sqlalchemy import TextClause, text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.checks import Difference

PARTS = text("""
WITH put AS (
    SELECT payment_id AS id, sum(amount_micros) AS micros FROM allocations WHERE agency_id = :agency_id GROUP BY 1
)
SELECT 'the parts of payment', p.id::text, p.amount_micros::text,
    (coalesce(a.micros, 0) + p.unapplied_micros + p.refunded_micros + p.disputed_micros)::text
FROM payments p LEFT JOIN put a USING (id)
WHERE p.agency_id = :agency_id AND (
    (p.state = 'settled'
        AND p.amount_micros <> coalesce(a.micros, 0) + p.unapplied_micros + p.refunded_micros + p.disputed_micros)
    OR (p.state <> 'settled' AND coalesce(a.micros, 0) + p.unapplied_micros + p.refunded_micros <> 0)
)
""")
PAID = text("""
WITH put AS (
    SELECT invoice_id AS id, sum(amount_micros) AS micros FROM allocations WHERE agency_id = :agency_id GROUP BY 1
)
SELECT 'what was paid of invoice', i.number_text, i.paid_micros::text, coalesce(a.micros, 0)::text
FROM invoices i LEFT JOIN put a USING (id)
WHERE i.agency_id = :agency_id AND i.paid_micros <> coalesce(a.micros, 0)
""")
CREDIT = text("""
WITH stored AS (
    SELECT sub_account_id, seller, coalesce(customer_id, sub_account_id) AS owner_id, currency,
        sum(unapplied_micros) AS micros
    FROM payments WHERE agency_id = :agency_id GROUP BY 1, 2, 3, 4
), posted AS (
    SELECT a.sub_account_id, CASE a.kind WHEN 'seller_unapplied' THEN 'sub_account' ELSE 'agency' END AS seller,
        a.owner_id, a.currency, sum(CASE WHEN a.id = t.credit_account_id THEN t.amount ELSE -t.amount END) AS micros
    FROM transfers t JOIN ledger_accounts a
        ON a.agency_id = t.agency_id AND a.id IN (t.debit_account_id, t.credit_account_id)
        AND a.kind IN ('unapplied_credit', 'seller_unapplied')
    WHERE t.agency_id = :agency_id AND t.source_type IN ('payment', 'invoice') AND t.phase = 'posted'
    GROUP BY 1, 2, 3, 4
)
SELECT 'the credit of payer', owner_id::text, coalesce(s.micros, 0)::text, coalesce(p.micros, 0)::text
FROM stored s FULL JOIN posted p USING (sub_account_id, seller, owner_id, currency)
WHERE coalesce(s.micros, 0) <> coalesce(p.micros, 0)
""")
CHARGED = text("""
SELECT 'the payment of charge', c.id::text, coalesce(p.state || ' ' || p.amount_micros, 'none'),
    'settled ' || c.amount_micros
FROM charges c LEFT JOIN payments p ON p.agency_id = c.agency_id AND p.id = c.source_id
WHERE c.agency_id = :agency_id AND c.source_type = 'payment' AND c.state = 'settled'
    AND (p.state, p.amount_micros) IS DISTINCT FROM ('settled', c.amount_micros)
""")


def compare() -> Iterable[Difference]:
    """Every payment of the agency in scope; registered with the ledger's checks."""
    for query in (PARTS, PAID, CREDIT, CHARGED):
        yield from _differences(query)


def _differences(query: TextClause) -> Iterable[Difference]:
    for what, subject, stored, computed in session.connection().execute(query, {"agency_id": scope.agency_id()}):
        yield Difference(what=what, subject=str(subject), stored=stored, computed=computed)
