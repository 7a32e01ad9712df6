"""What prices each sub-account's meters, and since when: what a subscription keeps, else the resold service's list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from agency.foundation.database.session import session
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.rules.components import Component, ProductKind
from agency.plans.rules.terms import ZERO
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription, SubscriptionItem
from subaccounts.subscriptions.operations.offers import MONTHLY, cadence_of
from subaccounts.subscriptions.rules.periods import Cadence, Period, Schedule, calendar

INSTANT = timedelta(microseconds=1)


class Extent(NamedTuple):
    """Usage of one meter of one sub-account, from its first to its last moment."""

    sub_account_id: UUID
    meter_id: UUID
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """How a meter is priced; without a price it is only counted. ``included`` units of a period cost nothing."""

    schedule: Schedule
    price: Price | None = None
    subscription: Subscription | None = None
    included: Decimal = ZERO

    @property
    def is_prepaid(self) -> bool:
        """Usage of a subscription that is invoiced waits for its invoice; any other is paid from the wallet."""
        return self.subscription is None or self.subscription.collection is not Collection.INVOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The part of a period in which one tariff holds; ``start`` inclusive, ``end`` exclusive.

    ``period`` is the one whose total the usage joins: a late span's own was closed when it arrived.
    ``minimum_share``: how much of the price's minimum is asked at the end.
    """

    sub_account: SubAccount
    meter: Meter
    start: datetime
    end: datetime
    tariff: Tariff
    period: Period
    is_late: bool = False
    minimum_share: Fraction = Fraction(1)

    @property
    def key(self) -> tuple[UUID, UUID, datetime, UUID | None, UUID | None]:
        """Names the total."""
        price, subscription = self.tariff.price, self.tariff.subscription
        return (
            self.sub_account.id,
            self.meter.id,
            self.period.start,
            price.id if price else None,
            subscription.id if subscription else None,
        )

    def moved_to(self, moment: datetime) -> "Span":
        """The same usage, counted in the period of that moment, which comes after its own."""
        schedule = self.tariff.schedule
        return replace(self, period=schedule.period_at(max(moment, self.period.end)), is_late=True)


@dataclass(slots=True)
class _Sold:
    """A price of a subscription, while it was its price."""

    price: Price
    subscription: Subscription
    start: datetime
    end: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(slots=True)
class Tariffs:
    """All that the pricing of some usage asks for, read in a handful of queries."""

    sub_accounts: Mapping[UUID, SubAccount]
    meters: Mapping[UUID, Meter]
    sold: dict[tuple[UUID, UUID], list[_Sold]] = field(default_factory=lambda: defaultdict(list))
    resold: dict[UUID, list[Price]] = field(default_factory=lambda: defaultdict(list))
    contents: dict[UUID, list[tuple[Subscription, PlanContents]]] = field(default_factory=lambda: defaultdict(list))

    def spans(self, extent: Extent) -> Iterator[Span]:
        """The extent cut wherever its price or its period changes."""
        sub_account, meter = self.sub_accounts[extent.sub_account_id], self.meters[extent.meter_id]
        starts = [extent.first, *sorted(self._changes(sub_account, meter, extent))]
        for start, end in zip(starts, [*starts[1:], extent.last + INSTANT], strict=True):
            tariff = self._at(start, sub_account, meter)
            for period in tariff.schedule.periods_from(start):
                yield Span(
                    sub_account=sub_account,
                    meter=meter,
                    start=max(start, period.start),
                    end=min(end, period.end),
                    tariff=tariff,
                    period=period,
                )
                if period.end >= end:
                    break

    def _changes(self, sub_account: SubAccount, meter: Meter, extent: Extent) -> set[datetime]:
        moments: list[datetime | None] = []
        for sold in self.sold[sub_account.id, meter.id]:
            moments += sold.start, sold.end
        for price in self._resold(sub_account, meter):
            moments += price.effective_from, price.archived_at
        return {moment for moment in moments if moment is not None and extent.first < moment <= extent.last}

    def _at(self, moment: datetime, sub_account: SubAccount, meter: Meter) -> Tariff:
        for sold in self.sold[sub_account.id, meter.id]:
            if sold.holds_at(moment):
                schedule = schedule_of(sold.subscription, cadence_of(sold.price), moment)
                included = _included(self.contents[sub_account.id], meter, schedule.cadence, of=sold.subscription)
                return Tariff(schedule=schedule, price=sold.price, subscription=sold.subscription, included=included)
        price = _in_force(self._resold(sub_account, meter), moment)
        cadence = cadence_of(price) if price else MONTHLY
        schedule = calendar(start=moment, cadence=cadence, zone=ZoneInfo(sub_account.time_zone))
        included = _included(self.contents[sub_account.id], meter, cadence) if price else ZERO
        return Tariff(schedule=schedule, price=price, included=included)

    def _resold(self, sub_account: SubAccount, meter: Meter) -> list[Price]:
        return [
            price
            for price in self.resold[meter.id]
            if price.currency == sub_account.currency and price.sub_account_id in {None, sub_account.id}
        ]


def schedule_of(subscription: Subscription, cadence: Cadence, moment: datetime) -> Schedule:
    """The subscription's own boundaries, as often as the price asks; the calendar's where weeks meet months."""
    if bool(cadence.months) == bool(subscription.cadence.months):
        return replace(subscription.schedule, cadence=cadence)
    return calendar(start=moment, cadence=cadence, zone=subscription.zone)


def _in_force(prices: Sequence[Price], moment: datetime) -> Price | None:
    """Of the oldest line that is sold then, the client's own version before the one for everybody, the newest first."""
    sold = [
        price
        for price in prices
        if price.effective_from <= moment and (price.archived_at is None or moment < price.archived_at)
    ]
    return min(sold, key=lambda price: (price.line_id, price.sub_account_id is None, -price.version), default=None)


def _included(
    contents: Iterable[tuple[Subscription, PlanContents]],
    meter: Meter,
    cadence: Cadence,
    *,
    of: Subscription | None = None,
) -> Decimal:
    """What plans include of a meter in a month, as often as the period has months; of one subscription, or of all."""
    monthly = [kept.usage.get(meter.code, ZERO) for owner, kept in contents if of is None or owner.id == of.id]
    return sum(monthly, ZERO) * max(cadence.months, 1)


def tariffs(extents: Sequence[Extent]) -> Tariffs:
    """Read what prices these, in the agency's scope."""
    sub_account_ids = {extent.sub_account_id for extent in extents}
    meter_ids = {extent.meter_id for extent in extents}
    first, last = min(extent.first for extent in extents), max(extent.last for extent in extents)
    found = Tariffs(
        {row.id: row for row in session.scalars(select(SubAccount).where(SubAccount.id.in_(sub_account_ids)))},
        {row.id: row for row in session.scalars(select(Meter).where(Meter.id.in_(meter_ids)))},
    )
    for sold in _kept(sub_account_ids, meter_ids, first, last):
        found.sold[sold.subscription.sub_account_id, sold.price.meter_id or UUID(int=0)].append(sold)
    for price in _catalogued(sub_account_ids, meter_ids, last):
        found.resold[price.meter_id or UUID(int=0)].append(price)
    for subscription, contents in _contents(sub_account_ids, first):
        found.contents[subscription.sub_account_id].append((subscription, contents))
    return found


def _kept(
    sub_account_ids: Iterable[UUID], meter_ids: Iterable[UUID], first: datetime, last: datetime
) -> Iterator[_Sold]:
    rows = session.execute(
        select(SubscriptionItem, Subscription, Price)
        .join(
            Subscription,
            (Subscription.agency_id == SubscriptionItem.agency_id)
            & (Subscription.id == SubscriptionItem.subscription_id),
        )
        .join(Price, (Price.agency_id == SubscriptionItem.agency_id) & (Price.id == SubscriptionItem.price_id))
        .options(joinedload(Price.cost), joinedload(Price.product))
        .where(
            SubscriptionItem.sub_account_id.in_(sub_account_ids),
            Price.component == Component.USAGE,
            Price.meter_id.in_(meter_ids),
            SubscriptionItem.from_at <= last,
            or_(SubscriptionItem.until_at.is_(None), SubscriptionItem.until_at > first),
        )
        .order_by(SubscriptionItem.id)
    )
    for item, subscription, price in rows:
        ends = [moment for moment in (item.until_at, subscription.ended_at) if moment is not None]
        yield _Sold(price, subscription, item.from_at, min(ends, default=None))


def _catalogued(sub_account_ids: Iterable[UUID], meter_ids: Iterable[UUID], last: datetime) -> Sequence[Price]:
    return session.scalars(
        select(Price)
        .join(Product, (Product.agency_id == Price.agency_id) & (Product.id == Price.product_id))
        .options(joinedload(Price.cost), joinedload(Price.product))
        .where(
            Product.kind == ProductKind.RESOLD_SERVICE,
            Price.component == Component.USAGE,
            Price.meter_id.in_(meter_ids),
            Price.effective_from <= last,
            or_(Price.sub_account_id.is_(None), Price.sub_account_id.in_(sub_account_ids)),
        )
    ).all()


def _contents(sub_account_ids: Iterable[UUID], first: datetime) -> Sequence[tuple[Subscription, PlanContents]]:
    rows = session.execute(
        select(Subscription, PlanContents)
        .join(
            PlanContents,
            (PlanContents.agency_id == Subscription.agency_id) & (PlanContents.id == Subscription.contents_id),
        )
        .where(
            Subscription.sub_account_id.in_(sub_account_ids),
            or_(Subscription.ended_at.is_(None), Subscription.ended_at > first),
        )
        .order_by(Subscription.id)
    ).all()
    return [(subscription, contents) for subscription, contents in rows]
