"""What apps took from wallets, listed as paid on the documents of their clients."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.products import Product
from marketplace.catalogue.models.apps import App, AppPrice
from marketplace.catalogue.models.offers import AppOffer
from subaccounts.billing_run.operations.wallet_lines import WalletLine
from subaccounts.subscriptions.bills import Bill
from wallet.ledger.chart import AccountKind

# What was given back waits where it is more than what was taken since: no document falls below zero for it.
LIST = """
WITH bills AS (
    SELECT * FROM unnest(%(clients)s::uuid[], %(currencies)s::text[], %(bills)s::uuid[])
        AS b (sub_account_id, currency, id)
), open AS (
    SELECT c.id, b.id AS bill_id, sum(c.amount_micros + c.tax_micros) OVER (PARTITION BY b.id) AS taken
    FROM bills b JOIN app_charges c ON c.agency_id = %(agency_id)s AND c.sub_account_id = b.sub_account_id
        AND c.currency = b.currency AND c.charged_at <= %(now)s AND c.document_id IS NULL AND c.is_prepaid
), listed AS (
    UPDATE app_charges c SET document_id = o.bill_id FROM open o
    WHERE c.agency_id = %(agency_id)s AND c.id = o.id AND c.document_id IS NULL AND o.taken >= 0
    RETURNING c.*
)
SELECT document_id, install_id, app_id, app_price_id, currency, sum(quantity),
    sum(amount_micros)::bigint, sum(tax_micros)::bigint
FROM listed GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount_micros) <> 0 OR sum(tax_micros) <> 0 ORDER BY 1, 2, 4
"""


class Taken(NamedTuple):
    """What an install took by one of its prices since the document before; ``quantity`` of usage alone."""

    document_id: UUID
    install_id: UUID
    app_id: UUID
    app_price_id: UUID
    currency: str
    quantity: Decimal | None
    amount_micros: int
    tax_micros: int


def list_taken(bills: Sequence[Bill], now: datetime) -> Iterable[WalletLine]:
    """On the last bill of each client, and once."""
    last = {(bill.sub_account_id, bill.currency): bill for bill in sorted(bills, key=lambda bill: (bill.at, bill.id))}
    asked = {
        "agency_id": scope.agency_id(),
        "clients": uuids(client for client, _currency in last),
        "currencies": texts(currency for _client, currency in last),
        "bills": uuids(bill.id for bill in last.values()),
        "now": now,
    }
    taken = [Taken(*row) for row in execute(LIST, asked)]
    if not taken:
        return []
    apps, prices = _apps({row.app_id for row in taken}), _prices({row.app_price_id for row in taken})
    return [_line(row, *apps[row.app_id], prices[row.app_price_id]) for row in taken]


def _line(row: Taken, app: str, tax_category: str, price: str) -> WalletLine:
    used = "" if row.quantity is None else f": {row.quantity.normalize():f}"
    return WalletLine(
        bill_id=row.document_id,
        description=f"{app} · {price}{used}",
        tax_category=tax_category,
        amount=Money(row.amount_micros, row.currency),
        tax=Money(row.tax_micros, row.currency),
        revenue=AccountKind.REVENUE_MARKETPLACE,
        source={"type": "app", "id": str(row.install_id), "component": str(row.app_price_id)},
    )


def _apps(app_ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Their names, and the tax categories of their products."""
    rows = session.execute(
        select(App.id, App.name, Product.tax_category)
        .join(AppOffer, AppOffer.app_id == App.id)
        .join(Product, (Product.agency_id == AppOffer.agency_id) & (Product.id == AppOffer.product_id))
        .where(App.id.in_(app_ids))
    )
    return {app_id: (name, category) for app_id, name, category in rows}


def _prices(price_ids: set[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(AppPrice.id, AppPrice.name).where(AppPrice.id.in_(price_ids)))
    return dict(rows.all())
