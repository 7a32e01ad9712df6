"""How far a subscription that ends is paid for, and what becomes of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant, local_day
from agency.foundation.money import Money
from subaccounts.subscriptions.rules.conventions import CancelDay, Conventions, Granularity
from subaccounts.subscriptions.rules.periods import Period, Schedule, Segment
from subaccounts.subscriptions.rules.proration import Component, Line, counted_from, credits_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What goes back to the card or bank, and what stays as credit."""

    refund: Money
    credit: Money


def used_until(at: datetime, conventions: Conventions, zone: ZoneInfo) -> datetime:
    """The end of what is paid for when a subscription stops at a moment."""
    if conventions.granularity is Granularity.SECOND or conventions.cancel_day is CancelDay.UNUSED:
        return counted_from(at, conventions, zone)
    return instant(local_day(at, zone) + timedelta(days=1), zone)


def planned_end(ends_at: datetime, *, start: datetime, schedule: Schedule, conventions: Conventions) -> datetime:
    """The end of what is paid for when the end is known ahead.

    A subscription that ends on the day a period would begin does not begin that period.
    """
    if conventions.granularity is Granularity.SECOND:
        return ends_at
    boundary = schedule.period_at(ends_at).start
    if boundary > start and local_day(boundary, schedule.zone) == local_day(ends_at, schedule.zone):
        return boundary
    return used_until(ends_at, conventions, schedule.zone)


def unused(
    billed: Segment,
    *,
    at: datetime,
    conventions: Conventions,
    zone: ZoneInfo,
    trial_ended: datetime | None = None,
) -> Segment:
    """What is left of a part that was billed ahead when the subscription stops.

    Who stops by the day on which the trial ended has used nothing: the trial covers its last day.
    """
    until = used_until(at, conventions, zone)
    if trial_ended is not None and local_day(at, zone) <= local_day(trial_ended, zone):
        until = billed.part.start
    rest = Period(start=until, end=max(until, billed.part.end))
    return Segment(part=billed.part.overlap(rest), whole=billed.whole)


def credit_unused(
    components: Sequence[Component],
    billed: Segment,
    *,
    at: datetime,
    conventions: Conventions,
    zone: ZoneInfo,
    currency: str,
    trial_ended: datetime | None = None,
) -> tuple[Line, ...]:
    """Credit lines for what was billed ahead and is not used."""
    rest = unused(billed, at=at, conventions=conventions, zone=zone, trial_ended=trial_ended)
    if rest.part.is_empty:
        return ()
    return tuple(credits_for(components, rest, conventions, zone=zone, currency=currency))


def split_unused(*, unused: Money, billed: Money, paid: Money) -> Returned:
    """Only what was paid beyond the value of the used time is refunded; the rest stays credit.

    All three with their tax, none below zero.
    """
    nothing = Money.zero(unused.currency)
    refund = min(unused, max(paid - (billed - unused), nothing))
    return Returned(refund=refund, credit=unused - refund)
