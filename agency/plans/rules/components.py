"""The parts a product's price list is made of, and which of them each kind of product may have."""

from enum import StrEnum

from agency.plans.rules.terms import Model


class ProductKind(StrEnum):
    SAAS_PLAN = "saas_plan"
    RESOLD_SERVICE = "resold_service"
    MARKETPLACE_APP = "marketplace_app"


class Component(StrEnum):
    """What a price is asked for; a subscription bills each of its components once a period."""

    BASE = "base"
    SEAT = "seat"
    ADD_ON = "add_on"
    USAGE = "usage"
    SETUP_FEE = "setup_fee"
    ONE_TIME = "one_time"


class Interval(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


RECURRING = frozenset({Component.BASE, Component.SEAT, Component.ADD_ON, Component.USAGE})
COMPONENTS = {
    ProductKind.SAAS_PLAN: (
        Component.BASE,
        Component.SEAT,
        Component.ADD_ON,
        Component.USAGE,
        Component.SETUP_FEE,
    ),
    ProductKind.RESOLD_SERVICE: (Component.USAGE, Component.BASE, Component.ONE_TIME, Component.SETUP_FEE),
    ProductKind.MARKETPLACE_APP: (Component.BASE, Component.ONE_TIME, Component.USAGE, Component.SETUP_FEE),
}
_COUNTED = (Model.PER_UNIT, Model.GRADUATED, Model.VOLUME, Model.PACKAGE)
MODELS = {
    Component.BASE: (Model.FLAT, *_COUNTED),
    Component.SEAT: _COUNTED,
    Component.ADD_ON: (Model.FLAT, *_COUNTED),
    Component.USAGE: (*_COUNTED, Model.PERCENTAGE, Model.FLAT),
    Component.SETUP_FEE: (Model.FLAT,),
    Component.ONE_TIME: (Model.FLAT, *_COUNTED),
}


def component_of(*, meter: bool, interval: bool) -> Component:
    """What a price is for where its seller does not say: a metered one usage, a recurring one the base."""
    if meter:
        return Component.USAGE
    return Component.BASE if interval else Component.ONE_TIME
