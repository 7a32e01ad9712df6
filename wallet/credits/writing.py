"""History, lots and the day's spending of any number of wallets in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.credits.models.lots import LotUse
from wallet.credits.models.transactions import WalletTransaction
from wallet.ledger.codes import Code

# Whatever these changed of a balance was spent on a product, or given back by one.
SPENDING = (Code.USAGE, Code.CHARGE, Code.CAPTURE, Code.GIVEN_BACK)
NO_PRODUCT = UUID(int=0)

WRITE = text("""
WITH entry AS MATERIALIZED (
    SELECT * FROM unnest(
        cast(:ids AS uuid[]), cast(:sub_account_ids AS uuid[]), cast(:currencies AS text[]), cast(:kinds AS text[]),
        cast(:purchased AS bigint[]), cast(:complimentary AS bigint[]), cast(:owed AS bigint[]),
        cast(:balances AS bigint[]), cast(:source_types AS text[]), cast(:source_ids AS uuid[]),
        cast(:refers_to AS uuid[]), cast(:meters AS text[]), cast(:products AS uuid[]),
        cast(:descriptions AS text[]), cast(:effective_ats AS timestamptz[])
    ) AS e (
        id, sub_account_id, currency, kind, purchased, complimentary, owed, balance_after, source_type, source_id,
        refers_to_id, meter, product_id, description, effective_at
    )
), entered AS (
    INSERT INTO wallet_transactions (
        agency_id, id, sub_account_id, currency, kind, purchased, complimentary, owed, balance_after, source_type,
        source_id, refers_to_id, meter, product_id, description, effective_at, booked_at
    )
    SELECT :agency_id, e.*, :now FROM entry e
), used AS (
    INSERT INTO lot_uses (agency_id, transaction_id, lot_id, sub_account_id, amount)
    SELECT :agency_id, u.* FROM unnest(
        cast(:use_transactions AS uuid[]), cast(:use_lots AS uuid[]), cast(:use_sub_accounts AS uuid[]),
        cast(:use_amounts AS bigint[])
    ) AS u
), spent AS (
    INSERT INTO daily_spending AS d (agency_id, sub_account_id, day, product_id, currency, spent)
    SELECT :agency_id, e.sub_account_id, (cast(:now AS timestamptz) AT TIME ZONE s.time_zone)::date,
        coalesce(e.product_id, :no_product), e.currency, sum(e.owed - e.purchased - e.complimentary)
    FROM entry e JOIN sub_accounts s ON s.agency_id = :agency_id AND s.id = e.sub_account_id
    WHERE e.kind = ANY (:spending)
    GROUP BY 2, 3, 4, 5
    ON CONFLICT (agency_id, sub_account_id, day, product_id, currency)
    DO UPDATE SET spent = d.spent + excluded.spent
)
UPDATE credit_lots l
SET remaining = l.remaining + c.remaining, held = l.held + c.held, returned = l.returned + c.returned
FROM unnest(
    cast(:lots AS uuid[]), cast(:remaining AS bigint[]), cast(:held AS bigint[]), cast(:returned AS bigint[])
) AS c (id, remaining, held, returned)
WHERE l.agency_id = :agency_id AND l.id = c.id
""")


def write(
    transactions: Sequence[WalletTransaction],
    uses: Sequence[LotUse],
    changes: Mapping[UUID, list[int]],
    *,
    now: datetime,
) -> None:
    """Called under the locks of every wallet named, after the transfers were posted."""
    session.connection().execute(
        WRITE,
        {
            "agency_id": scope.agency_id(),
            "now": now,
            "no_product": NO_PRODUCT,
            "spending": [code.value for code in SPENDING],
        }
        | _entries(transactions)
        | _uses(uses)
        | _changes(changes),
    )


def _entries(transactions: Sequence[WalletTransaction]) -> dict[str, Any]:
    return {
        "ids": [row.id for row in transactions],
        "sub_account_ids": [row.sub_account_id for row in transactions],
        "currencies": [row.currency for row in transactions],
        "kinds": [row.kind.value for row in transactions],
        "purchased": [row.purchased for row in transactions],
        "complimentary": [row.complimentary for row in transactions],
        "owed": [row.owed for row in transactions],
        "balances": [row.balance_after for row in transactions],
        "source_types": [row.source_type for row in transactions],
        "source_ids": [row.source_id for row in transactions],
        "refers_to": [row.refers_to_id for row in transactions],
        "meters": [row.meter for row in transactions],
        "products": [row.product_id for row in transactions],
        "descriptions": [row.description for row in transactions],
        "effective_ats": [row.effective_at for row in transactions],
    }


def _uses(uses: Sequence[LotUse]) -> dict[str, Any]:
    return {
        "use_transactions": [use.transaction_id for use in uses],
        "use_lots": [use.lot_id for use in uses],
        "use_sub_accounts": [use.sub_account_id for use in uses],
        "use_amounts": [use.amount for use in uses],
    }


def _changes(changes: Mapping[UUID, list[int]]) -> dict[str, Any]:
    return {
        "lots": list(changes),
        "remaining": [change[0] for change in changes.values()],
        "held": [change[1] for change in changes.values()],
        "returned": [change[2] for change in changes.values()],
    }
