"""Subscriptions with all that billing them asks for, read for any number of them in a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.base import Identified
from agency.foundation.database.session import session
from agency.plans.models.coupons import Coupon
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.models.taxes import Tax
from agency.plans.queries import taxes_in_force, taxes_on
from subaccounts.subscriptions.models.course import ChangeState, SubscriptionChange
from subaccounts.subscriptions.models.subscriptions import Subscription, SubscriptionCoupon, SubscriptionItem
from subaccounts.subscriptions.terms import Item, Terms
from wallet.billing_accounts.models import BillingAccount, Payer, PayerKind

Row = TypeVar("Row", bound=Identified)
CouponRow = tuple[SubscriptionCoupon, Coupon]


@dataclass(slots=True)
class TaxBook:
    """The taxes of each category, looked up once."""

    known: dict[str, Sequence[Tax]] = field(default_factory=dict)

    def taxes(self, category: str, account: BillingAccount, at: datetime) -> Sequence[Tax]:
        if category not in self.known:
            self.known[category] = taxes_on(category)
        return taxes_in_force(self.known[category], country=account.country, region=account.region, at=at)


@dataclass(slots=True, kw_only=True)
class Holding:
    """One subscription; ``account`` says where its payer is taxed."""

    subscription: Subscription
    terms: Terms
    account: BillingAccount
    coupons: list[CouponRow] = field(default_factory=list)
    planned: list[SubscriptionChange] = field(default_factory=list)
    tax_book: TaxBook = field(default_factory=TaxBook)


def holding(subscription: Subscription) -> Holding:
    return holdings([subscription])[0]


def holdings(subscriptions: Sequence[Subscription]) -> list[Holding]:
    """In their order."""
    ids = [row.id for row in subscriptions]
    items, coupons, planned = _items(ids), _coupons(ids), _planned(ids)
    products = _by_id(Product, (row.product_id for row in subscriptions))
    contents = _by_id(PlanContents, (row.contents_id for row in subscriptions if row.contents_id))
    found = accounts({row.sub_account_id for row in subscriptions})
    book = TaxBook()
    return [
        Holding(
            subscription=row,
            terms=Terms(
                product=products[row.product_id],
                contents=contents.get(row.contents_id) if row.contents_id else None,
                cadence=row.cadence,
                items=tuple(items[row.id]),
            ),
            account=found[row.sub_account_id],
            coupons=coupons[row.id],
            planned=planned[row.id],
            tax_book=book,
        )
        for row in subscriptions
    ]


def accounts(sub_account_ids: Iterable[UUID]) -> dict[UUID, BillingAccount]:
    """The first account of each sub-account as a payer of its agency."""
    found = session.scalars(
        select(BillingAccount)
        .join(Payer, (Payer.agency_id == BillingAccount.agency_id) & (Payer.id == BillingAccount.payer_id))
        .where(BillingAccount.sub_account_id.in_(sub_account_ids), Payer.kind == PayerKind.SUB_ACCOUNT)
        .order_by(BillingAccount.id.desc())
    )
    return {account.sub_account_id: account for account in found}


def prices(price_ids: Iterable[UUID]) -> dict[UUID, Price]:
    return _by_id(Price, price_ids)


def _by_id(table: type[Row], row_ids: Iterable[UUID]) -> dict[UUID, Row]:
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(set(row_ids))))}


def _items(subscription_ids: Sequence[UUID]) -> dict[UUID, list[Item]]:
    rows = session.scalars(
        select(SubscriptionItem)
        .where(SubscriptionItem.subscription_id.in_(subscription_ids), SubscriptionItem.until_at.is_(None))
        .order_by(SubscriptionItem.id)
    ).all()
    known = prices(row.price_id for row in rows)
    found: dict[UUID, list[Item]] = defaultdict(list)
    for row in rows:
        item = Item(price=known[row.price_id], quantity=row.quantity, paid_share=row.paid_share, row=row)
        found[row.subscription_id].append(item)
    return found


def _coupons(subscription_ids: Sequence[UUID]) -> dict[UUID, list[CouponRow]]:
    rows = session.execute(
        select(SubscriptionCoupon, Coupon)
        .join(Coupon, (Coupon.agency_id == SubscriptionCoupon.agency_id) & (Coupon.id == SubscriptionCoupon.coupon_id))
        .where(SubscriptionCoupon.subscription_id.in_(subscription_ids))
        .order_by(SubscriptionCoupon.id)
    )
    found: dict[UUID, list[CouponRow]] = defaultdict(list)
    for row, coupon in rows:
        found[row.subscription_id].append((row, coupon))
    return found


def _planned(subscription_ids: Sequence[UUID]) -> dict[UUID, list[SubscriptionChange]]:
    rows = session.scalars(
        select(SubscriptionChange)
        .where(
            SubscriptionChange.subscription_id.in_(subscription_ids), SubscriptionChange.state == ChangeState.PLANNED
        )
        .order_by(SubscriptionChange.at)
    )
    found: dict[UUID, list[SubscriptionChange]] = defaultdict(list)
    for row in rows:
        found[row.subscription_id].append(row)
    return found
