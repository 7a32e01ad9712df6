"""Which part of a period's minimum is asked: that of the time in which the price was held and paid for."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from subaccounts.subscriptions.rules.conventions import Conventions
from subaccounts.subscriptions.rules.periods import Period, Segment
from subaccounts.subscriptions.rules.proration import counted_from, share


def without(held: Iterable[Period], free: Iterable[Period]) -> list[Period]:
    """What is left of some stretches when trials and pauses are taken out."""
    left = list(held)
    for gap in free:
        left = [part for each in left for part in (_until(each, gap.start), _since(each, gap.end)) if part is not None]
    return left


def minimum_share(held: Iterable[Period], whole: Period, conventions: Conventions, zone: ZoneInfo) -> Fraction:
    """From 0 to 1, counted as the subscription counts a part of its other prices."""
    parts = [_counted(part, whole, conventions, zone) for part in held]
    return min(sum((share(part, conventions, zone) for part in parts), Fraction()), Fraction(1))


def _counted(part: Period, whole: Period, conventions: Conventions, zone: ZoneInfo) -> Segment:
    start = max(counted_from(part.start, conventions, zone), whole.start)
    end = whole.end if part.end >= whole.end else counted_from(part.end, conventions, zone)
    return Segment(part=Period(start=min(start, whole.end), end=max(min(start, whole.end), end)), whole=whole)


def _until(stretch: Period, moment: datetime) -> Period | None:
    end = min(stretch.end, moment)
    return Period(start=stretch.start, end=end) if stretch.start < end else None


def _since(stretch: Period, moment: datetime) -> Period | None:
    start = max(stretch.start, moment)
    return Period(start=start, end=stretch.end) if start < stretch.end else None
