"""What people call the parts of a catalogue, in their language."""

from collections.abc import Callable
from decimal import Decimal

import flask_babel
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from agency.foundation import i18n
from agency.foundation.money import Money
from agency.plans.models.coupons import Coupon
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.components import Component, Interval, ProductKind
from agency.plans.rules.coupons import Duration
from agency.plans.rules.tax import Treatment
from agency.plans.rules.terms import Model, PriceTerms, Step, What
from agency.plans.schemas.fields import plain

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

KINDS: dict[str, LazyString] = {
    ProductKind.SAAS_PLAN: _l("Plan"),
    ProductKind.RESOLD_SERVICE: _l("Resold service"),
    ProductKind.MARKETPLACE_APP: _l("App"),
}
COMPONENTS: dict[str, LazyString] = {
    Component.BASE: _l("Recurring price"),
    Component.SEAT: _l("Seats"),
    Component.ADD_ON: _l("Add-on"),
    Component.USAGE: _l("Usage"),
    Component.SETUP_FEE: _l("Setup fee"),
    Component.ONE_TIME: _l("One-time price"),
}
MODELS: dict[str, LazyString] = {
    Model.FLAT: _l("Flat amount"),
    Model.PER_UNIT: _l("Per unit"),
    Model.GRADUATED: _l("Graduated tiers"),
    Model.VOLUME: _l("Volume tiers"),
    Model.PACKAGE: _l("Packages"),
    Model.PERCENTAGE: _l("Percentage"),
}
MODEL_HINTS: dict[str, LazyString] = {
    Model.FLAT: _l("One amount, whatever the quantity."),
    Model.PER_UNIT: _l("Every unit costs the same."),
    Model.GRADUATED: _l("Each unit costs what its own tier says."),
    Model.VOLUME: _l("All units cost what the tier of the total says."),
    Model.PACKAGE: _l("Units are sold in packages; a begun one is a whole one."),
    Model.PERCENTAGE: _l("A share of each transaction, with a fixed fee."),
}
INTERVALS: dict[str, LazyString] = {
    Interval.WEEK: _l("Weeks"),
    Interval.MONTH: _l("Months"),
    Interval.QUARTER: _l("Quarters"),
    Interval.YEAR: _l("Years"),
}
AGGREGATIONS: dict[str, LazyString] = {
    Aggregation.COUNT: _l("Number of events"),
    Aggregation.SUM: _l("Sum of quantities"),
    Aggregation.MAX: _l("Highest quantity"),
    Aggregation.UNIQUE_COUNT: _l("Number of different ones"),
    Aggregation.LATEST: _l("Latest quantity"),
}
DURATIONS: dict[str, LazyString] = {
    Duration.ONCE: _l("Once"),
    Duration.PERIODS: _l("For some periods"),
    Duration.FOREVER: _l("For ever"),
}
TREATMENTS: dict[str, LazyString] = {
    Treatment.TAXED: _l("Taxed"),
    Treatment.REVERSE_CHARGE: _l("Reverse charge"),
    Treatment.EXEMPT: _l("Exempt"),
}
STEPS: dict[What, LazyString] = {
    What.INCLUDED: _l("Included"),
    What.FLAT: _l("Flat amount"),
    What.UNITS: _l("Units"),
    What.PACKAGES: _l("Packages"),
    What.TIER_FEE: _l("Flat fee of tier %(tier)s"),
    What.PERCENTAGE: _l("Share of the transactions"),
    What.FIXED_FEE: _l("Fixed fee of each transaction"),
    What.RAISED_TO_MINIMUM: _l("Raised to the least per transaction"),
    What.MINIMUM: _l("Up to the minimum of the period"),
    What.AT_COST: _l("Handed on at cost: %(code)s"),
}
TIER_STEPS: dict[What, LazyString] = {
    What.UNITS: _l("Tier %(tier)s"),
    What.PACKAGES: _l("Packages of tier %(tier)s"),
}
METERS: dict[str, tuple[LazyString, LazyString]] = {
    "leads": (_l("Leads created"), _l("lead")),
    "calls": (_l("Calls made"), _l("call")),
    "call_minutes": (_l("Call minutes"), _l("minute")),
    "emails": (_l("E-mails sent"), _l("e-mail")),
    "sms_segments": (_l("SMS segments"), _l("segment")),
}


def meter_name(meter: Meter) -> str:
    return str(METERS[meter.code][0] if meter.is_built_in else meter.name)


def unit_name(meter: Meter | None) -> str:
    if meter is None:
        return _("unit")
    return str(METERS[meter.code][1] if meter.is_built_in else meter.unit)


def category_name(category: str) -> str:
    """Of products, by which taxes are added; but for the one that all begin with, agencies name them."""
    return _("Standard") if category == "standard" else category


def rate(value: Decimal, currency: str) -> str:
    """An amount of any fineness in full: money where millionths suffice, else the number and its currency."""
    text = plain(value)
    exact = Decimal(text)
    decimals = exact.as_tuple().exponent
    if isinstance(decimals, int) and decimals >= -6:  # noqa: PLR2004  # Money counts millionths.
        return i18n.money(Money.of(exact, currency))
    return f"{i18n.number(exact)} {currency}"


def every(interval: Interval | None, count: int | None) -> str:
    """``month``, ``3 months``: what stands behind "every" or a slash; nothing for what is paid once."""
    if interval is None or count is None:
        return ""
    match interval:
        case Interval.WEEK:
            return _("week") if count == 1 else ngettext("%(num)d week", "%(num)d weeks", count)
        case Interval.MONTH:
            return _("month") if count == 1 else ngettext("%(num)d month", "%(num)d months", count)
        case Interval.QUARTER:
            return _("quarter") if count == 1 else ngettext("%(num)d quarter", "%(num)d quarters", count)
        case Interval.YEAR:
            return _("year") if count == 1 else ngettext("%(num)d year", "%(num)d years", count)


def price_title(price: Price) -> str:
    """What a line of a price list is called: its own name, its meter's, or what it is for."""
    if price.name:
        return price.name
    return meter_name(price.meter) if price.meter else str(COMPONENTS[price.component])


def price_words(price: Price) -> str:
    """``$97.00 / month``, ``$0.0083 per e-mail``: a price in one line."""
    words = terms_words(price.terms, unit_name(price.meter) if price.meter else _unit_of(price.component))
    is_period = price.component is not Component.USAGE and price.interval is not None
    return f"{words} / {every(price.interval, price.interval_count)}" if is_period else words


def _unit_of(component: Component) -> str:
    return _("seat") if component is Component.SEAT else _("unit")


def terms_words(terms: PriceTerms, unit: str) -> str:
    amount = rate(terms.unit_price, terms.currency)
    match terms.model:
        case Model.FLAT:
            return amount
        case Model.PER_UNIT:
            return _("%(amount)s per %(unit)s", amount=amount, unit=unit)
        case Model.PACKAGE:
            size = i18n.number(terms.package_size or Decimal(1))
            return _("%(amount)s per package of %(size)s", amount=amount, size=size)
        case Model.PERCENTAGE:
            return _percentage_words(terms)
        case _:
            least = rate(min(tier.unit_price for tier in terms.tiers), terms.currency)
            return _("from %(amount)s per %(unit)s", amount=least, unit=unit)


def _percentage_words(terms: PriceTerms) -> str:
    share = percent(terms.rate_percent)
    return f"{share} + {rate(terms.fixed_fee, terms.currency)}" if terms.fixed_fee else share


def percent(value: Decimal) -> str:
    """``value`` is of a hundred: 21 is 21 %."""
    return i18n.percent(Decimal(plain(value)).scaleb(-2))


def step_words(step: Step) -> str:
    """What a row of an evaluation is about."""
    words = TIER_STEPS.get(step.what, STEPS[step.what]) if step.tier else STEPS[step.what]
    return str(words) % {"tier": step.tier, "code": step.code}


def coupon_words(coupon: Coupon) -> str:
    """What a coupon takes off."""
    return percent(coupon.percent) if coupon.percent is not None else i18n.money(coupon.amount)


def duration_words(coupon: Coupon) -> str:
    if coupon.duration is Duration.PERIODS:
        return ngettext("For %(num)d period", "For %(num)d periods", coupon.periods or 0)
    return str(DURATIONS[coupon.duration])
