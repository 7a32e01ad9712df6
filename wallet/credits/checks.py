"""Do lots, history and holds say what the ledger says?"""

from collections.abc import Iterable

from sqlalchemy import TextClause, text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.checks import Difference

LOTS = text("""
WITH lots AS (
    SELECT sub_account_id, currency,
        CASE kind WHEN 'purchased' THEN 'purchased_credit' ELSE 'complimentary_credit' END AS kind,
        sum(remaining) AS remaining, sum(held) AS held
    FROM credit_lots WHERE agency_id = :agency_id GROUP BY 1, 2, 3
)
SELECT 'the credit lots against the ' || a.kind || ' account of', a.sub_account_id,
    coalesce(l.remaining, 0) || ' with ' || coalesce(l.held, 0) || ' held',
    a.credits_posted - a.debits_posted || ' with ' || a.debits_pending || ' held'
FROM ledger_accounts a LEFT JOIN lots l USING (sub_account_id, currency, kind)
WHERE a.agency_id = :agency_id AND a.kind IN ('purchased_credit', 'complimentary_credit')
    AND (coalesce(l.remaining, 0), coalesce(l.held, 0))
        IS DISTINCT FROM (a.credits_posted - a.debits_posted, a.debits_pending)
""")
USES = text("""
WITH used AS (
    SELECT lot_id, sum(amount) AS amount FROM lot_uses WHERE agency_id = :agency_id GROUP BY 1
)
SELECT 'what is left of the credit lot', l.id, l.remaining::text, (l.granted - coalesce(u.amount, 0))::text
FROM credit_lots l LEFT JOIN used u ON u.lot_id = l.id
WHERE l.agency_id = :agency_id AND l.remaining <> l.granted - coalesce(u.amount, 0)
""")
HISTORY = text("""
WITH history AS (
    SELECT sub_account_id, currency, sum(purchased) AS purchased_credit,
        sum(complimentary) AS complimentary_credit, sum(owed) AS owed
    FROM wallet_transactions WHERE agency_id = :agency_id GROUP BY 1, 2
), listed AS (
    SELECT h.sub_account_id, h.currency, c.kind, c.amount
    FROM history h CROSS JOIN LATERAL (VALUES
        ('purchased_credit', purchased_credit), ('complimentary_credit', complimentary_credit), ('owed', owed)
    ) AS c (kind, amount)
)
SELECT 'the history against the ' || a.kind || ' account of', a.sub_account_id, coalesce(l.amount, 0)::text,
    (CASE a.kind WHEN 'owed' THEN a.debits_posted - a.credits_posted ELSE a.credits_posted - a.debits_posted END)::text
FROM ledger_accounts a LEFT JOIN listed l USING (sub_account_id, currency, kind)
WHERE a.agency_id = :agency_id AND a.kind IN ('purchased_credit', 'complimentary_credit', 'owed')
    AND coalesce(l.amount, 0) <> CASE a.kind
        WHEN 'owed' THEN a.debits_posted - a.credits_posted ELSE a.credits_posted - a.debits_posted END
""")
HOLDS = text("""
WITH reserved AS (
    SELECT c.lot_id, sum(c.amount) AS amount
    FROM held_credit c JOIN holds h ON h.agency_id = c.agency_id AND h.id = c.hold_id
    WHERE c.agency_id = :agency_id AND h.state = 'open' GROUP BY 1
)
SELECT 'what holds reserve of the credit lot', l.id, l.held::text, coalesce(r.amount, 0)::text
FROM credit_lots l LEFT JOIN reserved r ON r.lot_id = l.id
WHERE l.agency_id = :agency_id AND l.held <> coalesce(r.amount, 0)
""")


def compare() -> Iterable[Difference]:
    """Every lot, wallet and hold of the agency in scope; registered with the ledger's checks."""
    for query in (LOTS, USES, HISTORY, HOLDS):
        yield from _differences(query)


def _differences(query: TextClause) -> Iterable[Difference]:
    for what, subject, stored, computed in session.connection().execute(query, {"agency_id": scope.agency_id()}):
        yield Difference(what=what, subject=str(subject), stored=stored, computed=computed)
