"""What a change of plan, seats or add-ons costs, and when it counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.exact import Exact
from agency.foundation.money import Money
from subaccounts.subscriptions.rules.conventions import BilledIn, Conventions, Granularity, IntervalChange, TakesEffect
from subaccounts.subscriptions.rules.periods import Cadence, Period, Schedule, Segment, anniversary
from subaccounts.subscriptions.rules.proration import Component, Line, charges, counted_from, credits_for

MONTHS_OF_YEAR = 12
# The mean year of the calendar, so that a price by the week can be compared with one by the month.
DAYS_OF_YEAR = Fraction(3652425, 10000)


class ChangeInThePast(DomainError):
    status = 422
    field = "at"
    message = _l("A change cannot count from a time that has passed.")


class ChangeAfterTheEnd(DomainError):
    status = 422
    field = "at"
    message = _l("The subscription has ended by then.")


class ChangeAlreadyPlanned(DomainError):
    field = "at"
    message = _l("Another change is already planned for that moment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a subscription pays for, and how often."""

    components: tuple[Component, ...]
    cadence: Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """Exactly what a change bills. ``net`` below zero is credit for the account."""

    lines: tuple[Line, ...]
    net: Money
    counts_from: datetime
    schedule: Schedule
    period: Period


def refuse_moment(at: datetime, *, now: datetime, ends_at: datetime | None, planned: Collection[datetime]) -> None:
    """Raises: ChangeInThePast, ChangeAfterTheEnd, ChangeAlreadyPlanned."""
    if at < now:
        raise ChangeInThePast
    if ends_at is not None and at >= ends_at:
        raise ChangeAfterTheEnd
    if at in planned:
        raise ChangeAlreadyPlanned


def per_year(price: Exact, cadence: Cadence) -> Fraction:
    """A price made comparable across cadences."""
    if cadence.months:
        return Fraction(price) * MONTHS_OF_YEAR / cadence.months
    return Fraction(price) * DAYS_OF_YEAR / cadence.days


def takes_effect(*, old: Offer, new: Offer, conventions: Conventions, asked: TakesEffect | None = None) -> TakesEffect:
    """As the person asked; else an offer that costs less by the year is a downgrade."""
    if asked is not None:
        return asked
    return conventions.downgrade if _yearly(new) < _yearly(old) else conventions.upgrade


def preview_change(
    *,
    at: datetime,
    current: Segment,
    schedule: Schedule,
    old: Offer,
    new: Offer,
    conventions: Conventions,
    currency: str,
) -> ChangePreview:
    """A change at once: credits for what was paid ahead and not used, charges for what comes instead.

    ``current`` is the part of a period that runs; what is paid in arrears is charged from its start. What stays
    as it is makes no line, unless another interval starts a new period. A change that counts from the end of the
    part bills nothing: the next period is billed by the new offer.
    """
    counts_from = max(counted_from(at, conventions, schedule.zone), current.part.start)
    new_schedule = _schedule_after(schedule, new.cadence, counts_from, conventions)
    period = new_schedule.period_at(counts_from)
    lines: tuple[Line, ...] = ()
    if counts_from < current.part.end:
        coming = _rest(current, counts_from)
        if new.cadence != old.cadence:
            coming = Segment(part=Period(start=counts_from, end=period.end), whole=period)
        lines = _lines(current, coming, old, new, conventions, zone=schedule.zone, currency=currency)
    net = Money.sum([line.amount for line in lines], currency)
    return ChangePreview(lines=lines, net=net, counts_from=counts_from, schedule=new_schedule, period=period)


def _rest(current: Segment, start: datetime) -> Segment:
    return Segment(part=Period(start=start, end=current.part.end), whole=current.whole)


def _lines(
    current: Segment,
    coming: Segment,
    old: Offer,
    new: Offer,
    conventions: Conventions,
    *,
    zone: ZoneInfo,
    currency: str,
) -> tuple[Line, ...]:
    used = Segment(part=Period(start=current.part.start, end=coming.part.start), whole=current.whole)
    unused = _rest(current, coming.part.start)
    gone, come = _difference(old, new)
    return (
        *credits_for(_billed(gone, BilledIn.ADVANCE), unused, conventions, zone=zone, currency=currency),
        *charges(_billed(gone, BilledIn.ARREARS), used, conventions, zone=zone, currency=currency),
        *charges(_billed(come, BilledIn.ADVANCE), coming, conventions, zone=zone, currency=currency),
    )


def _schedule_after(schedule: Schedule, cadence: Cadence, counts_from: datetime, conventions: Conventions) -> Schedule:
    if cadence == schedule.cadence:
        return schedule
    if conventions.interval_change is IntervalChange.KEEP_ANCHOR:
        return replace(schedule, cadence=cadence)
    to_the_second = conventions.granularity is Granularity.SECOND or schedule.at != time.min
    return anniversary(start=counts_from, cadence=cadence, zone=schedule.zone, to_the_second=to_the_second)


def _difference(old: Offer, new: Offer) -> tuple[list[Component], list[Component]]:
    if old.cadence != new.cadence:
        return list(old.components), list(new.components)
    return (
        [component for component in old.components if component not in new.components],
        [component for component in new.components if component not in old.components],
    )


def _billed(components: Sequence[Component], billed_in: BilledIn) -> list[Component]:
    return [component for component in components if component.billed_in is billed_in]


def _yearly(offer: Offer) -> Fraction:
    return sum((per_year(component.price, offer.cadence) for component in offer.components), Fraction())
