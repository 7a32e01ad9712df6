"""Do the totals of usage, and its days, say what their charges sum to?"""

from collections.abc import Iterable

from sqlalchemy import text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.checks import Difference

TOTALS = text("""
SELECT t.id, t.charge_micros || ' and tax ' || t.tax_micros,
    coalesce(sum(c.amount_micros), 0) || ' and tax ' || coalesce(sum(c.tax_micros), 0)
FROM usage_totals t LEFT JOIN usage_charges c ON c.agency_id = t.agency_id AND c.total_id = t.id
WHERE t.agency_id = :agency_id
GROUP BY t.id, t.charge_micros, t.tax_micros
HAVING t.charge_micros <> coalesce(sum(c.amount_micros), 0) OR t.tax_micros <> coalesce(sum(c.tax_micros), 0)
""")

DAYS = text("""
WITH single AS (
    SELECT c.sub_account_id, c.meter_id, c.currency, sum(c.amount_micros) AS amount, sum(c.tax_micros) AS tax,
        coalesce(sum(k.cost_micros), 0) AS cost
    FROM usage_charges c LEFT JOIN usage_costs k ON k.agency_id = c.agency_id AND k.charge_id = c.id
    WHERE c.agency_id = :agency_id GROUP BY 1, 2, 3
), days AS (
    SELECT d.sub_account_id, d.meter_id, d.currency, sum(d.amount_micros) AS amount, sum(d.tax_micros) AS tax,
        coalesce(sum(k.cost_micros), 0) AS cost
    FROM usage_days d
    LEFT JOIN usage_cost_days k USING (agency_id, sub_account_id, starts_at, meter_id, currency)
    WHERE d.agency_id = :agency_id GROUP BY 1, 2, 3
)
SELECT sub_account_id || ', meter ' || meter_id,
    concat_ws(', ', days.amount, 'tax ' || days.tax, 'cost ' || days.cost),
    concat_ws(', ', single.amount, 'tax ' || single.tax, 'cost ' || single.cost)
FROM single FULL JOIN days USING (sub_account_id, meter_id, currency)
WHERE (days.amount, days.tax, days.cost) IS DISTINCT FROM (single.amount, single.tax, single.cost)
""")
KEYS = text("""
WITH single AS (
    SELECT sub_account_id, meter_id, count(*) AS keys FROM usage_uniques WHERE agency_id = :agency_id GROUP BY 1, 2
), days AS (
    SELECT sub_account_id, meter_id, sum(fresh) AS keys FROM usage_buckets
    WHERE agency_id = :agency_id AND grain = 'day' GROUP BY 1, 2 HAVING sum(fresh) > 0
)
SELECT sub_account_id || ', meter ' || meter_id, days.keys::text, single.keys::text
FROM single FULL JOIN days USING (sub_account_id, meter_id)
WHERE days.keys IS DISTINCT FROM single.keys
""")
CHECKS = {"the charge of the usage total": TOTALS, "the days of the usage of": DAYS, "the keys seen by": KEYS}


def compare() -> Iterable[Difference]:
    """Every total and day of the agency in scope; registered with the ledger's checks."""
    for what, check in CHECKS.items():
        for subject, stored, computed in session.connection().execute(check, {"agency_id": scope.agency_id()}):
            yield Difference(what=what, subject=str(subject), stored=stored, computed=computed)
