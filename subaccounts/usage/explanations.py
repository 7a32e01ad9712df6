"""Explain this charge: the usage behind a debit, down to its events."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from agency.foundation import ids
from agency.foundation.database.bulk import execute
from agency.foundation.database.session import move_scope, session
from agency.foundation.i18n import number
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.plans.rules.terms import What
from agency.plans.words import STEPS, meter_name, price_words, unit_name
from subaccounts.usage.models.rating import UsageCharge, UsageCost, UsageTotal
from wallet.credits.explanations import Step

SHOWN = 10
# The newest first; a whole rating may hold thousands.
EVENTS = """
SELECT e.id, e.occurred_at, e.quantity, e.member FROM usage_batches b
JOIN usage_events e ON e.agency_id = b.agency_id AND e.batch_id = b.id
WHERE b.agency_id = %(agency_id)s AND b.rating_id = %(rating_id)s AND e.sub_account_id = %(sub_account_id)s
    AND e.meter_id = %(meter_id)s AND e.occurred_at >= %(start)s AND e.occurred_at < %(end)s
ORDER BY e.occurred_at DESC, e.id DESC LIMIT %(limit)s
"""


class Behind(NamedTuple):
    """An event behind a charge."""

    id: str
    occurred_at: datetime
    quantity: Decimal
    member: str | None


def events_of(charge: UsageCharge, *, limit: int) -> Sequence[Behind]:
    """The newest events that a charge is for, also where its own client asks.

    A batch that the agency sent holds events of many clients and is hidden from each, so batches are looked up with
    the agency's eyes; the events are those of the charge's own sub-account alone.
    """
    asked = {
        "agency_id": scope.agency_id(),
        "rating_id": charge.rating_id,
        "sub_account_id": charge.sub_account_id,
        "meter_id": charge.meter_id,
        "start": charge.occurred_from,
        "end": charge.occurred_until,
        "limit": limit,
    }
    asking = scope.current()
    move_scope(replace(asking, sub_account_id=None))
    try:
        return [Behind(*row) for row in execute(EVENTS, asked)]
    finally:
        move_scope(asking)


def explain_usage(charge_id: UUID) -> Iterable[Step]:
    """From the events by the price to the amount, with what it cost the agency for its eyes alone."""
    charge = session.get_one(UsageCharge, (scope.agency_id(), charge_id))
    price = session.get_one(Price, (scope.agency_id(), charge.price_id))
    meter = session.get_one(Meter, (scope.agency_id(), charge.meter_id))
    total = session.get_one(UsageTotal, (scope.agency_id(), charge.total_id))
    yield from _events(charge, meter)
    yield _measured(charge, meter)
    if total.included:
        yield Step(
            kind="included",
            title=_("Included in the plan"),
            detail=_("%(quantity)s of the period cost nothing.", quantity=number(total.included)),
        )
    yield Step(kind="price", title=_("Price"), detail=price_words(price), subject=price.public_id)
    is_minimum = charge.occurred_from == charge.occurred_until
    title = STEPS[What.MINIMUM] if is_minimum else _("Usage")
    yield Step(kind="usage", title=str(title), amount=charge.amount, subject=charge.public_id, at=charge.booked_at)
    if charge.tax:
        yield Step(kind="tax", title=_("Tax"), amount=charge.tax)
    cost = session.get(UsageCost, (scope.agency_id(), charge_id))
    if cost is not None:
        amount = Money(cost.cost_micros, cost.currency)
        yield Step(kind="cost", title=_("Wholesale cost"), amount=amount, for_agency_only=True)
        yield Step(kind="margin", title=_("Margin"), amount=charge.amount - amount, for_agency_only=True)


def _events(charge: UsageCharge, meter: Meter) -> Iterable[Step]:
    unit = unit_name(meter)
    for event in events_of(charge, limit=SHOWN):
        said = f"{number(event.quantity)} {unit}"
        yield Step(
            kind="event",
            title=_("Event %(id)s", id=event.id),
            detail=f"{said} · {event.member}" if event.member else said,
            at=event.occurred_at,
        )
    if charge.events > SHOWN:
        more = charge.events - SHOWN
        yield Step(kind="events", title=ngettext("and %(num)d event more", "and %(num)d events more", more))


def _measured(charge: UsageCharge, meter: Meter) -> Step:
    detail = _(
        "From %(before)s to %(after)s in this period.",
        before=number(charge.quantity_before),
        after=number(charge.quantity_after),
    )
    if charge.is_late:
        late = _("It came after its own period was closed.")
        detail = f"{detail} {late}"
    return Step(kind="meter", title=meter_name(meter), detail=detail, subject=ids.encode(Meter.prefix, meter.id))
