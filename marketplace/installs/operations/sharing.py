"""What an app's plan brought, shared with each bill."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.plans.models.prices import Price
from marketplace.catalogue.models.apps import App, AppPrice
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.queries import apps_by_id, listed_prices
from marketplace.installs.models.charges import AppCharge, AppChargeKind
from marketplace.installs.operations.ledger import postings
from marketplace.installs.operations.quoting import new_row
from marketplace.installs.queries import newest_installs
from marketplace.installs.rules.shares import WHOLE, Shares, listed_part, share
from subaccounts.subscriptions.bills import Bill, BillLine
from wallet.ledger.operations import post


def share_bills(bills: Sequence[Bill], *, now: datetime) -> None:
    """Each line of an app's plan is shared in the journal of its bill; a credit takes the shares back."""
    lines = [(bill, number, line) for bill in bills for number, line in enumerate(bill.lines) if line.amount]
    offers = _offers({line.product_id for _bill, _number, line in lines})
    ours = [(bill, number, line) for bill, number, line in lines if line.product_id in offers]
    if not ours:
        return
    found = newest_installs(
        (offer.id for offer in offers.values()), {bill.sub_account_id for bill, _number, _line in ours}
    )
    installs = {(row.offer_id, row.sub_account_id): row for row in found}
    apps = apps_by_id(offer.app_id for offer in offers.values())
    sold = _prices({line.price_id for _bill, _number, line in ours})
    listed = listed_prices(price.line_id for price in sold.values())
    rows = []
    for bill, number, line in ours:
        offer, price = offers[line.product_id], sold[line.price_id]
        row = installs.get((offer.id, bill.sub_account_id))
        if row is not None:
            shares = _shares(apps[offer.app_id], line, price, listed.get(price.line_id))
            named = f"bill:{bill.id}:{bill.debtor.subscription_id}:{number}"
            charged = new_row(row, named, line.amount, shares, tax=line.tax, now=bill.at)
            charged.kind, charged.source_id, charged.description = AppChargeKind.RECURRING, bill.id, price.name
            charged.app_price_id, charged.is_prepaid = row.app_price_id, False
            rows.append(charged)
    write(rows, now=now)


def _shares(app: App, line: BillLine, price: Price, listed: AppPrice | None) -> Shares:
    part = listed_part(listed.amount or Decimal(0), price.terms.unit_price) if listed else WHOLE
    return share(line.amount, app.percents, listed=part)


def write(rows: Sequence[AppCharge], *, now: datetime) -> None:
    session.add_all(rows)
    session.flush()
    post([posting for row in rows for posting in postings(row, row.shares)], now=now)


def _offers(product_ids: Iterable[UUID]) -> dict[UUID, AppOffer]:
    """By product."""
    found = session.scalars(select(AppOffer).where(AppOffer.product_id.in_(set(product_ids))))
    return {offer.product_id: offer for offer in found}


def _prices(price_ids: Iterable[UUID]) -> dict[UUID, Price]:
    return {row.id: row for row in session.scalars(select(Price).where(Price.id.in_(set(price_ids))))}
