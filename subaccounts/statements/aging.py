"""Who owed how much, and for how long, at the end of a day: the ledger of that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from agency.foundation.database.session import session
from agency.foundation.local_days import instant
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.sellers import SellerAtHand, seller_id

BUCKETS = ("not_due", "days_30", "days_60", "days_90", "older")
OWED = text("""
WITH owed AS (
    SELECT t.source_id AS id, sum(CASE WHEN a.id = t.debit_account_id THEN t.amount ELSE -t.amount END) AS micros
    FROM transfers t JOIN ledger_accounts a
        ON a.agency_id = t.agency_id AND a.id IN (t.debit_account_id, t.credit_account_id) AND a.kind = :receivable
    WHERE t.agency_id = :agency_id AND t.source_type = 'invoice' AND t.phase = 'posted' AND t.effective_at < :until
        AND (CAST(:sub_account_id AS uuid) IS NULL OR a.sub_account_id = :sub_account_id)
    GROUP BY 1
), dated AS (
    SELECT i.payer_id, i.payer_name, i.sub_account_id, i.customer_id, i.currency, o.micros,
        CAST(:day AS date) - coalesce(i.due_on, i.issued_on) AS late
    FROM owed o JOIN invoices i ON i.agency_id = :agency_id AND i.id = o.id WHERE o.micros <> 0
), credit AS (
    SELECT p.payer_id, a.currency, sum(CASE WHEN a.id = t.credit_account_id THEN t.amount ELSE -t.amount END) AS micros
    FROM ledger_accounts a
    JOIN transfers t ON t.agency_id = a.agency_id AND a.id IN (t.debit_account_id, t.credit_account_id)
    JOIN (SELECT DISTINCT payer_id, coalesce(customer_id, sub_account_id) AS owner_id FROM dated) p
        ON p.owner_id = a.owner_id
    WHERE a.agency_id = :agency_id AND a.kind = :unapplied AND t.phase = 'posted' AND t.effective_at < :until
    GROUP BY 1, 2
)
SELECT d.payer_id, max(d.payer_name), d.sub_account_id, d.customer_id, d.currency,
    coalesce(sum(d.micros) FILTER (WHERE late <= 0), 0),
    coalesce(sum(d.micros) FILTER (WHERE late BETWEEN 1 AND 30), 0),
    coalesce(sum(d.micros) FILTER (WHERE late BETWEEN 31 AND 60), 0),
    coalesce(sum(d.micros) FILTER (WHERE late BETWEEN 61 AND 90), 0),
    coalesce(sum(d.micros) FILTER (WHERE late > 90), 0),
    coalesce(max(c.micros), 0)
FROM dated d LEFT JOIN credit c ON c.payer_id = d.payer_id AND c.currency = d.currency
GROUP BY d.payer_id, d.sub_account_id, d.customer_id, d.currency
ORDER BY sum(d.micros) DESC, d.payer_id
""")
KINDS = {
    Seller.AGENCY: ("receivable", "unapplied_credit"),
    Seller.SUB_ACCOUNT: ("seller_receivable", "seller_unapplied"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What one payer owes in one currency by how long it is past due; ``credit`` is not taken off."""

    name: str
    sub_account_id: UUID | None
    customer_id: UUID | None
    not_due: Money
    days_30: Money
    days_60: Money
    days_90: Money
    older: Money
    credit: Money

    @property
    def currency(self) -> str:
        return self.not_due.currency

    @property
    def total(self) -> Money:
        return Money.sum([getattr(self, bucket) for bucket in BUCKETS], self.currency)


def aging(seller: Seller, sub_account_id: UUID | None, *, as_of: date) -> list[Aged]:
    """Of every payer who owed something at the end of that day in the seller's zone, who owes most first.

    ``sub_account_id`` names the seller; of the agency None is all that owe it, else the one.
    """
    zone = SellerAtHand(seller_id(seller, sub_account_id) if sub_account_id else None).zone
    receivable, unapplied = KINDS[seller]
    values = {
        "agency_id": scope.agency_id(),
        "sub_account_id": sub_account_id,
        "receivable": receivable,
        "unapplied": unapplied,
        "day": as_of,
        "until": instant(date.fromordinal(as_of.toordinal() + 1), zone),
    }
    rows = session.connection().execute(OWED, values)
    return [_aged(*row) for row in rows]


def totals(rows: Sequence[Aged]) -> list[Aged]:
    """All of a currency together."""
    currencies = sorted({row.currency for row in rows})
    return [_total([row for row in rows if row.currency == currency], currency) for currency in currencies]


def _total(rows: Sequence[Aged], currency: str) -> Aged:
    sums = {name: Money.sum([getattr(row, name) for row in rows], currency) for name in (*BUCKETS, "credit")}
    return Aged(name=currency, sub_account_id=None, customer_id=None, **sums)


def _aged(
    _payer_id: UUID, name: str, sub_account_id: UUID, customer_id: UUID | None, currency: str, *micros: int
) -> Aged:
    amounts = [Money(int(each), currency) for each in micros]
    parts = dict(zip((*BUCKETS, "credit"), amounts, strict=True))
    return Aged(name=name, sub_account_id=sub_account_id, customer_id=customer_id, **parts)
