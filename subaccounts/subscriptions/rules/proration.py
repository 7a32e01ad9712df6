"""What a part of a period costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from agency.foundation.exact import Exact, to_coins
from agency.foundation.local_days import local_day, month_number, start_of_day
from agency.foundation.money import Money
from subaccounts.subscriptions.rules.conventions import BilledIn, Conventions, Granularity, MonthLength
from subaccounts.subscriptions.rules.periods import Period, Segment

DAYS_OF_EVERY_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something a subscription pays for each period: ``price`` is a full period's, discounts taken off."""

    code: str
    price: Exact
    billed_in: BilledIn = BilledIn.ADVANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A charge, or a credit where negative: a share of a component's price, rounded once to a coin."""

    component: str
    segment: Segment
    share: Fraction
    amount: Money


def share(segment: Segment, conventions: Conventions, zone: ZoneInfo) -> Fraction:
    """How much of the full period's price the part bears, from 0 to 1; parts that tile it sum to 1."""
    if segment.is_whole:
        return Fraction(1)
    if conventions.granularity is Granularity.NONE:
        return Fraction(0)
    whole = _length(segment.whole, conventions, zone)
    return Fraction(_length(segment.part, conventions, zone), whole) if whole else Fraction(0)


def counted_from(moment: datetime, conventions: Conventions, zone: ZoneInfo) -> datetime:
    """Where a change begins to count: its whole day belongs to what comes after it."""
    return moment if conventions.granularity is Granularity.SECOND else start_of_day(moment, zone)


def charges(
    components: Iterable[Component], segment: Segment, conventions: Conventions, *, zone: ZoneInfo, currency: str
) -> Iterator[Line]:
    """What each component costs for a part; a part that bears nothing makes no line."""
    part = share(segment, conventions, zone)
    for component in components:
        if part and component.price:
            amount = to_coins(Fraction(component.price) * part, currency)
            yield Line(component=component.code, segment=segment, share=part, amount=amount)


def credits_for(
    components: Iterable[Component], segment: Segment, conventions: Conventions, *, zone: ZoneInfo, currency: str
) -> Iterator[Line]:
    """What each component gives back for a part that was paid and is not used."""
    for line in charges(components, segment, conventions, zone=zone, currency=currency):
        yield Line(component=line.component, segment=segment, share=line.share, amount=-line.amount)


def _length(period: Period, conventions: Conventions, zone: ZoneInfo) -> int:
    if conventions.granularity is Granularity.SECOND:
        return (period.end - period.start) // timedelta(microseconds=1)
    start, end = local_day(period.start, zone), local_day(period.end, zone)
    if conventions.month_length is MonthLength.ACTUAL:
        return (end - start).days
    return DAYS_OF_EVERY_MONTH * (month_number(end) - month_number(start)) + end.day - start.day
