"""From what a schema read to the wish of an operation: looks up the meters that codes name."""

from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.plans import queries
from agency.plans.operations.prices import PriceWish
from agency.plans.rules.components import Component, Interval, component_of
from agency.plans.schemas.terms import read_terms


class MeterUnknown(DomainError):
    status = 422
    field = "meter"
    message = _l("There is no such meter.")


CONTENTS = {
    "trial_days": "trial_days",
    "seats_included": "seats_included",
    "seats_max": "seats_max",
    "included_usage": "usage",
    "included_credits": "credits",
    "credits_roll_over": "credits_roll_over",
}


def price_wish(line: dict[str, Any], *, currency: str) -> PriceWish:
    """Of a ``PriceLine``; ``currency`` where the line says none.

    Raises:
        MeterUnknown: the agency has no meter of that code.
    """
    meter = queries.meter(line["meter"]) if line.get("meter") else None
    if line.get("meter") and meter is None:
        raise MeterUnknown
    terms, wholesale_cost = read_terms(line, currency=currency)
    said = line.get("component")
    interval = line.get("interval")
    return PriceWish(
        component=Component(said) if said else component_of(meter=meter is not None, interval=interval is not None),
        terms=terms,
        wholesale_cost=wholesale_cost,
        name=line["name"],
        meter=meter,
        interval=Interval(interval) if interval else None,
        interval_count=line["interval_count"],
        effective_from=line.get("effective_from"),
    )


def contents_said(loaded: dict[str, Any]) -> dict[str, Any]:
    """Take what is said of a plan's contents out of what was loaded."""
    return {inside: loaded.pop(outside) for outside, inside in CONTENTS.items() if outside in loaded}
