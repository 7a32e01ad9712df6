"""Minimums of periods: a total is opened for each as it begins, and at its end a share of the minimum is asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.plans.models.prices import Price
from subaccounts.subscriptions.models.course import SubscriptionPause
from subaccounts.subscriptions.models.subscriptions import Subscription, SubscriptionItem
from subaccounts.subscriptions.operations.offers import cadence_of
from subaccounts.subscriptions.rules.periods import Period
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.totals import open_totals
from subaccounts.usage.rules.minimums import minimum_share, without
from subaccounts.usage.tariffs import Extent, Span, Tariffs, schedule_of, tariffs

SET = 500
WHOLE = Fraction(1)
FAR = datetime.max.replace(tzinfo=UTC)


def open_periods(*, now: datetime) -> int:
    """Open the totals of a set of periods that have begun; answers how many prices were looked at.

    Usage joins such a total like any other. A price that is not held any more is looked at no more.
    """
    items = session.scalars(
        select(SubscriptionItem)
        .where(SubscriptionItem.minimum_from <= now)
        .order_by(SubscriptionItem.minimum_from, SubscriptionItem.id)
        .limit(SET)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not items:
        return 0
    meters = _meters({item.price_id for item in items})
    extents = [_begin(item, meters[item.price_id]) for item in items]
    known = tariffs(extents)
    spans = [_span(item, extent, known) for item, extent in zip(items, extents, strict=True)]
    open_totals([span for span in spans if span is not None])
    for item, span in zip(items, spans, strict=True):
        item.minimum_from = span.period.end if span is not None else None
    session.flush()
    return len(items)


def _meters(price_ids: Collection[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(select(Price.id, Price.meter_id).where(Price.id == any_of(price_ids)))
    return {price_id: meter_id for price_id, meter_id in rows if meter_id is not None}


def _begin(item: SubscriptionItem, meter_id: UUID) -> Extent:
    begin: datetime = item.minimum_from  # type: ignore[assignment]  # Only those that have one are read.
    return Extent(item.sub_account_id, meter_id, begin, begin)


def _span(item: SubscriptionItem, extent: Extent, known: Tariffs) -> Span | None:
    """None where the meter is not counted by this price then: it has ended, or another was there before it."""
    [span] = known.spans(extent)
    price, subscription = span.tariff.price, span.tariff.subscription
    if price is None or subscription is None:
        return None
    return span if (price.id, subscription.id) == (item.price_id, item.subscription_id) else None


def minimum_shares(totals: Sequence[UsageTotal], prices: Mapping[UUID, Price]) -> dict[UUID, Fraction]:
    """By the id of the total; usage of a resold service without a subscription owes its minimum whole."""
    subscriptions = _subscriptions({total.subscription_id for total in totals if total.subscription_id})
    held, free = _held(subscriptions), _free(subscriptions)
    shares = {}
    for total in totals:
        subscription, price = subscriptions.get(total.subscription_id), prices.get(total.price_id)  # type: ignore[arg-type]  # None is in neither.
        if subscription is None or price is None:
            shares[total.id] = WHOLE
            continue
        whole = schedule_of(subscription, cadence_of(price), total.period_start).period_at(total.period_start)
        stretches = [each.overlap(whole) for each in held[subscription.id, price.id]]
        left = without([each for each in stretches if not each.is_empty], free[subscription.id])
        shares[total.id] = minimum_share(left, whole, subscription.conventions, subscription.zone)
    return shares


def _subscriptions(wanted: Collection[UUID]) -> dict[UUID, Subscription]:
    rows = session.scalars(select(Subscription).where(Subscription.id == any_of(wanted)))
    return {row.id: row for row in rows}


def _held(subscriptions: Mapping[UUID, Subscription]) -> Mapping[tuple[UUID, UUID], Sequence[Period]]:
    """By subscription and price; what has no end yet ends in the far future."""
    found: dict[tuple[UUID, UUID], list[Period]] = defaultdict(list)
    rows: Iterable[SubscriptionItem] = session.scalars(
        select(SubscriptionItem).where(SubscriptionItem.subscription_id == any_of(subscriptions))
    )
    for item in rows:
        ends = [moment for moment in (item.until_at, subscriptions[item.subscription_id].ended_at) if moment]
        end = max(min(ends, default=FAR), item.from_at)
        found[item.subscription_id, item.price_id].append(Period(start=item.from_at, end=end))
    return found


def _free(subscriptions: Mapping[UUID, Subscription]) -> Mapping[UUID, Sequence[Period]]:
    """Trials and pauses."""
    found: dict[UUID, list[Period]] = defaultdict(list)
    for row in subscriptions.values():
        if row.trial_ends_at is not None:
            end = min(row.trial_ends_at, row.first_billed_at or row.trial_ends_at)
            found[row.id].append(Period(start=row.started_at, end=max(end, row.started_at)))
    pauses: Iterable[SubscriptionPause] = session.scalars(
        select(SubscriptionPause).where(SubscriptionPause.subscription_id == any_of(subscriptions))
    )
    for pause in pauses:
        found[pause.subscription_id].append(Period(start=pause.began_at, end=pause.ended_at or FAR))
    return found
