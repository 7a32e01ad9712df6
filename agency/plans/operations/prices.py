from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.plans.models.columns import terms_as_json
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price, PriceCost
from agency.plans.models.products import Product
from agency.plans.rules.components import COMPONENTS, MODELS, RECURRING, Component, Interval
from agency.plans.rules.resale import Sale, sell
from agency.plans.rules.terms import ONE, PriceTerms

LINE_INDEX = "uq_prices_line"


class PriceExists(DomainError):
    status = 422
    field = "name"
    message = _l("The product has such a price already. Make a new version of it, or give this one a name of its own.")


class ProductArchived(DomainError):
    message = _l("This product is archived. Restore it first.")


class MeterArchived(DomainError):
    status = 422
    field = "meter"
    message = _l("This meter is archived. Restore it first.")


class ComponentUnfit(DomainError):
    status = 422
    field = "component"
    message = _l("A product of this kind has no such price.")


class ModelUnfit(DomainError):
    status = 422
    field = "model"
    message = _l("A price of this kind cannot have this model.")


class IntervalMissing(DomainError):
    status = 422
    field = "interval"
    message = _l("Say how often this price is asked for.")


class IntervalNeedless(DomainError):
    status = 422
    field = "interval"
    message = _l("A price that is asked for once has no interval.")


class MeterMissing(DomainError):
    status = 422
    field = "meter"
    message = _l("Say which meter this usage is counted by.")


class MeterNeedless(DomainError):
    status = 422
    field = "meter"
    message = _l("Only a price for usage has a meter.")


class EffectiveInThePast(DomainError):
    status = 422
    field = "effective_from"
    message = _l("A price cannot begin in the past.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceWish:
    """A line of a product's price list. ``wholesale_cost`` is read as by ``rules.resale.sell``."""

    component: Component
    terms: PriceTerms
    wholesale_cost: Decimal | None = None
    name: str = ""
    meter: Meter | None = None
    interval: Interval | None = None
    interval_count: int = 1
    effective_from: datetime | None = None


def add_price(product: Product, wish: PriceWish, *, by: Actor, now: datetime) -> Price:
    """Add a line to the price list, as its first version.

    Raises:
        DomainError: one of those above, each at its field.
        PriceRefused: faults of the terms, each at its field.
    """
    _refuse_unfit(product, wish)
    sale = sell(wish.terms, wholesale_cost=wish.wholesale_cost)
    line_id = ids.new_id()
    price = Price(
        id=line_id,
        line_id=line_id,
        product_id=product.id,
        version=1,
        component=wish.component,
        name=wish.name,
        meter_id=wish.meter.id if wish.meter else None,
        interval=wish.interval,
        interval_count=wish.interval_count if wish.interval else None,
        currency=sale.retail.currency,
        terms=sale.retail,
        effective_from=effective(wish.effective_from, now),
        created_at=now,
        created_by=by.name,
    )
    with unique(PriceExists, LINE_INDEX):
        session.add(price)
    keep_cost(price, wish.terms, sale)
    record_price("price.added", price, by=by, now=now)
    return price


def _refuse_unfit(product: Product, wish: PriceWish) -> None:
    if product.is_archived:
        raise ProductArchived
    if wish.component not in COMPONENTS[product.kind]:
        raise ComponentUnfit
    if wish.terms.model not in MODELS[wish.component]:
        raise ModelUnfit
    if (wish.interval is not None) != (wish.component in RECURRING):
        raise IntervalMissing if wish.interval is None else IntervalNeedless
    if (wish.meter is not None) != (wish.component is Component.USAGE):
        raise MeterMissing if wish.meter is None else MeterNeedless
    if wish.meter is not None and wish.meter.is_archived:
        raise MeterArchived


def effective(asked: datetime | None, now: datetime) -> datetime:
    """When a price begins: now, where nothing is asked.

    Raises:
        EffectiveInThePast
    """
    if asked is not None and asked < now:
        raise EffectiveInThePast
    return asked or now


def keep_cost(price: Price, written: PriceTerms, sale: Sale) -> None:
    """Keep what the agency pays beside what its clients pay, once the price is stored."""
    if sale.cost is not None:
        markup = None if written.markup == ONE else written.markup
        session.add(PriceCost(price_id=price.id, terms=sale.cost, markup=markup))
        session.flush()


def record_price(action: str, price: Price, *, by: Actor, now: datetime) -> None:
    """Note in the audit log which version did what, and its terms."""
    after: JsonObject = {"version": price.version, "terms": terms_as_json(price.terms)}
    record(action, price, by=by, now=now, after=after, sub_account_id=price.sub_account_id)
