"""What an app's plan brought, shared with each bill; and taken back in proportion when its money is."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from marketplace.catalogue.models.apps import App, AppPrice
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.queries import apps_by_id, listed_prices
from marketplace.installs.models.charges import AppCharge, AppChargeKind
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.ledger import postings
from marketplace.installs.operations.quoting import new_row
from marketplace.installs.queries import newest_installs
from marketplace.installs.rules.shares import WHOLE, Shares, listed_part, share, taken_back, tax_part
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
    _write(rows, now=now)


def _shares(app: App, line: BillLine, price: Price, listed: AppPrice | None) -> Shares:
    part = listed_part(listed.amount or Decimal(0), price.terms.unit_price) if listed else WHOLE
    return share(line.amount, app.percents, listed=part)


def reverse(
    bill_id: UUID, part: Fraction, kind: AppChargeKind, name: str, *, now: datetime, of: Install | None = None
) -> None:
    """Take back a part of what a bill was shared into, of one install or all; once under its name.

    At most what is left of it.
    """
    earned = select(AppCharge).where(
        AppCharge.source_id == bill_id, AppCharge.kind == AppChargeKind.RECURRING, AppCharge.amount_micros > 0
    )
    if of is not None:
        earned = earned.where(AppCharge.install_id == of.id)
    rows = []
    for row in session.scalars(earned).all():
        event_id = f"{name}:{row.id}"
        taken = session.execute(
            select(AppCharge.event_id, AppCharge.amount_micros).where(AppCharge.refers_to_id == row.id)
        ).all()
        before = Money(-sum(micros for _name, micros in taken), row.currency)
        amount = min(Money(int(row.amount_micros * part), row.currency), row.amount - before)
        if amount.micros <= 0 or event_id in {event for event, _micros in taken}:
            continue
        back = taken_back(row.shares, before, amount)
        tax = tax_part(row.tax, row.amount, before) - tax_part(row.tax, row.amount, before + amount)
        reversal = _alike(row, event_id, -amount, tax=tax, now=now)
        reversal.kind = kind
        reversal.developer_micros, reversal.platform_micros = -back.developer.micros, -back.platform.micros
        reversal.agency_micros = -back.agency.micros
        rows.append(reversal)
    _write(rows, now=now)


def _alike(row: AppCharge, event_id: str, amount: Money, *, tax: Money, now: datetime) -> AppCharge:
    """Of the same install and price; its source is a journal of its own."""
    return AppCharge(
        id=ids.new_id(),
        sub_account_id=row.sub_account_id,
        install_id=row.install_id,
        app_id=row.app_id,
        publisher_id=row.publisher_id,
        event_id=event_id,
        app_price_id=row.app_price_id,
        currency=row.currency,
        amount_micros=amount.micros,
        tax_micros=tax.micros,
        is_prepaid=False,
        description=row.description,
        source_id=ids.new_id(),
        refers_to_id=row.id,
        charged_at=now,
    )


def _write(rows: Sequence[AppCharge], *, now: datetime) -> None:
    session.add_all(rows)
    session.flush()
    post([posting for row in rows for posting in postings(row, row.shares)], now=now)


def _offers(product_ids: Iterable[UUID]) -> dict[UUID, AppOffer]:
    """By product."""
    found = session.scalars(select(AppOffer).where(AppOffer.product_id.in_(set(product_ids))))
    return {offer.product_id: offer for offer in found}


def _prices(price_ids: Iterable[UUID]) -> dict[UUID, Price]:
    return {row.id: row for row in session.scalars(select(Price).where(Price.id.in_(set(price_ids))))}
