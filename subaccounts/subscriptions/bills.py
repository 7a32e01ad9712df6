"""What one act asks for: lines with their sums, and of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Self
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.base import JsonObject
from agency.foundation.money import Money
from agency.plans.rules.coupons import CouponInUse
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription, SubscriptionCoupon


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A component's charge for a part of a period, or a credit: ``amount`` has the discount taken off, no tax in it."""

    component: str
    occasion: str
    period_start: datetime
    period_end: datetime
    price_id: UUID
    product_id: UUID
    quantity: int
    share: Fraction
    discount: Money
    amount: Money
    tax: Money
    taxes: Sequence[JsonObject]
    billed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Charges:
    """What a bill asks for; the bills of subscriptions that are alike share it."""

    lines: Sequence[BillLine]
    currency: str
    at: datetime

    @cached_property
    def net(self) -> Money:
        return Money.sum([line.amount for line in self.lines], self.currency)

    @cached_property
    def tax(self) -> Money:
        return Money.sum([line.tax for line in self.lines], self.currency)

    @cached_property
    def total(self) -> Money:
        return self.net + self.tax


class Debtor(NamedTuple):
    """Which subscription is billed, and how it is collected."""

    subscription_id: UUID
    sub_account_id: UUID
    collection: Collection
    due_days: int

    @classmethod
    def of(cls, row: Subscription) -> Self:
        return cls(row.id, row.sub_account_id, row.collection, row.due_days)


@dataclass(slots=True, kw_only=True)
class Bill:
    """Charges that one act bills together. A ``total`` below zero is credit for the account."""

    debtor: Debtor
    charges: Charges
    coupons: Sequence[tuple[SubscriptionCoupon, CouponInUse]] = ()
    id: UUID = field(default_factory=ids.new_id)

    @property
    def sub_account_id(self) -> UUID:
        return self.debtor.sub_account_id

    @property
    def lines(self) -> Sequence[BillLine]:
        return self.charges.lines

    @property
    def at(self) -> datetime:
        return self.charges.at

    @property
    def currency(self) -> str:
        return self.charges.currency

    @property
    def net(self) -> Money:
        return self.charges.net

    @property
    def tax(self) -> Money:
        return self.charges.tax

    @property
    def total(self) -> Money:
        return self.charges.total

    def for_another(self, debtor: Debtor) -> "Bill":
        """The same for a subscription that is alike."""
        return Bill(debtor=debtor, charges=self.charges)
