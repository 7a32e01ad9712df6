"""Do the totals of usage say what their charges sum to?"""

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


def compare() -> Iterable[Difference]:
    """Every total of the agency in scope; registered with the ledger's checks."""
    for total_id, stored, computed in session.connection().execute(TOTALS, {"agency_id": scope.agency_id()}):
        yield Difference(what="the charge of the usage total", subject=str(total_id), stored=stored, computed=computed)
