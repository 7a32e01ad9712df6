"""Do the shares of what apps brought, and the payouts, say what the ledger says?"""

from collections.abc import Iterable

from sqlalchemy import text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.checks import Difference

SHARES = text("""
WITH developers AS (
    SELECT sub_account_id, currency, publisher_id, developer_micros AS micros
    FROM app_charges WHERE agency_id = :agency_id
    UNION ALL
    SELECT sub_account_id, currency, publisher_id, -amount_micros FROM payout_parts WHERE agency_id = :agency_id
), shared AS (
    SELECT sub_account_id, currency, publisher_id AS owner_id, 'developer_payable' AS kind, sum(micros) AS due
    FROM developers GROUP BY 1, 2, 3
    UNION ALL
    SELECT sub_account_id, currency, sub_account_id, 'platform_share', sum(platform_micros)
    FROM app_charges WHERE agency_id = :agency_id GROUP BY 1, 2, 3
    UNION ALL
    SELECT sub_account_id, currency, sub_account_id, 'paid_out', sum(amount_micros)
    FROM payout_parts WHERE agency_id = :agency_id GROUP BY 1, 2, 3
), stands AS (
    SELECT sub_account_id, currency, owner_id, kind, credits_posted - debits_posted AS due
    FROM ledger_accounts
    WHERE agency_id = :agency_id AND kind IN ('developer_payable', 'platform_share', 'paid_out')
)
SELECT 'what apps brought against the ' || kind || ' account of', sub_account_id,
    coalesce(a.due, 0)::text, coalesce(s.due, 0)::text
FROM stands a FULL JOIN shared s USING (sub_account_id, currency, owner_id, kind)
WHERE coalesce(a.due, 0) <> coalesce(s.due, 0)
""")


def compare() -> Iterable[Difference]:
    """Every publisher's share and what of it was paid, and the platform's; registered with the ledger's checks."""
    for what, subject, stored, computed in session.connection().execute(SHARES, {"agency_id": scope.agency_id()}):
        yield Difference(what=what, subject=str(subject), stored=stored, computed=computed)
