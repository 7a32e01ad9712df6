"""Do invoices say what the ledger says? Balances, sums of lines, numbers without gaps."""

from collections.abc import Iterable

from sqlalchemy import TextClause, text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.checks import Difference

BALANCES = text("""
WITH owed AS (
    SELECT i.id, i.number_text,
        CASE i.state WHEN 'void' THEN 0 ELSE
            i.total_micros - i.wallet_micros - i.paid_micros - i.credited_micros - i.written_off_micros END AS balance
    FROM invoices i WHERE i.agency_id = :agency_id
), posted AS (
    SELECT t.source_id AS id, sum(CASE WHEN a.id = t.debit_account_id THEN t.amount ELSE -t.amount END) AS balance
    FROM transfers t JOIN ledger_accounts a
        ON a.agency_id = t.agency_id AND a.id IN (t.debit_account_id, t.credit_account_id)
        AND a.kind IN ('receivable', 'seller_receivable')
    WHERE t.agency_id = :agency_id AND t.source_type = 'invoice' AND t.phase = 'posted'
    GROUP BY 1
)
SELECT 'the balance of invoice', o.number_text, o.balance::text, coalesce(p.balance, 0)::text
FROM owed o LEFT JOIN posted p USING (id) WHERE o.balance <> coalesce(p.balance, 0)
""")
RECEIVABLES = text("""
WITH owed AS (
    SELECT sub_account_id, customer_id AS owner_id, currency,
        sum(total_micros - wallet_micros - paid_micros - credited_micros - written_off_micros) AS balance
    FROM invoices WHERE agency_id = :agency_id AND seller = 'sub_account' AND state <> 'void' GROUP BY 1, 2, 3
)
SELECT 'what the customer owes', a.owner_id::text, coalesce(o.balance, 0)::text,
    (a.debits_posted - a.credits_posted)::text
FROM ledger_accounts a LEFT JOIN owed o USING (sub_account_id, owner_id, currency)
WHERE a.agency_id = :agency_id AND a.kind = 'seller_receivable'
    AND coalesce(o.balance, 0) <> a.debits_posted - a.credits_posted
""")
LINES = text("""
WITH summed AS (
    SELECT invoice_id AS id, sum(net_micros) AS net, sum(tax_micros) AS tax
    FROM invoice_lines WHERE agency_id = :agency_id GROUP BY 1
)
SELECT 'net and tax of invoice', i.number_text, i.net_micros || ' and ' || i.tax_micros,
    coalesce(s.net, 0) || ' and ' || coalesce(s.tax, 0)
FROM invoices i LEFT JOIN summed s USING (id)
WHERE i.agency_id = :agency_id AND (
    (i.net_micros, i.tax_micros) IS DISTINCT FROM (coalesce(s.net, 0), coalesce(s.tax, 0))
    OR i.net_micros + i.tax_micros <> i.total_micros
)
""")
CREDITED = text("""
WITH noted AS (
    SELECT invoice_id AS id, sum(applied_micros) AS applied FROM credit_notes WHERE agency_id = :agency_id GROUP BY 1
)
SELECT 'what credit notes took off invoice', i.number_text, i.credited_micros::text, coalesce(n.applied, 0)::text
FROM invoices i LEFT JOIN noted n USING (id)
WHERE i.agency_id = :agency_id AND i.credited_micros <> coalesce(n.applied, 0)
""")
NUMBERS = text("""
WITH numbered AS (
    SELECT series_id, number, issued_on FROM invoices WHERE agency_id = :agency_id
    UNION ALL
    SELECT series_id, number, issued_on FROM credit_notes WHERE agency_id = :agency_id
), counted AS (
    SELECT series_id AS id, count(DISTINCT number) AS numbers, max(number) AS last FROM numbered GROUP BY 1
)
SELECT 'the numbers of series', s.number_prefix, (s.next_number - 1)::text,
    coalesce(c.numbers, 0) || ' up to ' || coalesce(c.last, 0)
FROM invoice_series s LEFT JOIN counted c USING (id)
WHERE s.agency_id = :agency_id
    AND (coalesce(c.numbers, 0) <> s.next_number - 1 OR coalesce(c.last, 0) <> s.next_number - 1)
""")
DATES = text("""
SELECT 'the date of invoice', number_text, issued_on::text, 'at least ' || before
FROM (
    SELECT number_text, issued_on, lag(issued_on) OVER (PARTITION BY series_id ORDER BY number) AS before
    FROM invoices WHERE agency_id = :agency_id
) dated WHERE issued_on < before
""")


def compare() -> Iterable[Difference]:
    """Every invoice and series of the agency in scope; registered with the ledger's checks."""
    for query in (BALANCES, RECEIVABLES, LINES, CREDITED, NUMBERS, DATES):
        yield from _differences(query)


def _differences(query: TextClause) -> Iterable[Difference]:
    for what, subject, stored, computed in session.connection().execute(query, {"agency_id": scope.agency_id()}):
        yield Difference(what=what, subject=str(subject), stored=stored, computed=computed)
