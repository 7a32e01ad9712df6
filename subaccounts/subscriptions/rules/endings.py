"""How far a subscription that ends is paid for, and what becomes of the rest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant, local_day
from subaccounts.subscriptions.rules.conventions import CancelDay, Conventions, Granularity
from subaccounts.subscriptions.rules.periods import Period, Segment
from subaccounts.subscriptions.rules.proration import Component, Line, counted_from, credits_for


def used_until(at: datetime, conventions: Conventions, zone: ZoneInfo) -> datetime:
    """The end of what is paid for when a subscription stops at a moment."""
    if conventions.granularity is Granularity.SECOND or conventions.cancel_day is CancelDay.UNUSED:
        return counted_from(at, conventions, zone)
    return instant(local_day(at, zone) + timedelta(days=1), zone)


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
