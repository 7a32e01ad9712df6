"""Things to sell; each is stored in a transaction of its own."""

from datetime import datetime
from decimal import Decimal

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans import queries
from agency.plans.models.coupons import Coupon
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.plans.models.taxes import Tax
from agency.plans.operations.coupons import CouponWish, add_coupon
from agency.plans.operations.meters import MeterWish, add_meter
from agency.plans.operations.plans import ContentsWish, add_plan
from agency.plans.operations.price_versions import add_version
from agency.plans.operations.prices import PriceWish, add_price
from agency.plans.operations.products import ProductWish, add_product
from agency.plans.operations.taxes import TaxWish, add_tax
from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.components import Component, Interval, ProductKind
from agency.plans.rules.terms import Model, PriceTerms
from agency.tenants.models import Agency, SubAccount
from tests.factories.tenants import NOON


def flat(amount: str, currency: str = "USD", **terms: object) -> PriceTerms:
    return PriceTerms(model=Model.FLAT, currency=currency, unit_price=Decimal(amount), **terms)


def per_unit(amount: str, currency: str = "USD", **terms: object) -> PriceTerms:
    return PriceTerms(model=Model.PER_UNIT, currency=currency, unit_price=Decimal(amount), **terms)


def product(
    of: Agency,
    *,
    name: str = "E-mail",
    kind: ProductKind = ProductKind.RESOLD_SERVICE,
    now: datetime = NOON,
    **wish: object,
) -> Product:
    with scope.of_agency(of.id), transaction():
        return add_product(ProductWish(kind=kind, name=name, **wish), by=OPERATOR, now=now)


def plan(
    of: Agency, *, name: str = "Growth", monthly: str | None = "97.00", now: datetime = NOON, **contents: object
) -> Product:
    """A plan with one monthly price, or none, in the agency's currency."""
    lines = [] if monthly is None else [monthly_line(flat(monthly, of.currency))]
    wish = ProductWish(kind=ProductKind.SAAS_PLAN, name=name)
    with scope.of_agency(of.id), transaction():
        return add_plan(wish, ContentsWish(**contents), lines, by=OPERATOR, now=now)


def monthly_line(terms: PriceTerms, **wish: object) -> PriceWish:
    return PriceWish(**({"component": Component.BASE, "interval": Interval.MONTH, "terms": terms} | wish))


def price(
    of: Product, terms: PriceTerms | None = None, *, meter: str | None = None, now: datetime = NOON, **wish: object
) -> Price:
    """A monthly line of a product's price list: its base, or with a meter's code the usage."""
    with scope.of_agency(of.agency_id), transaction():
        if meter:
            wish |= {"component": Component.USAGE, "meter": queries.meter(meter)}
        return add_price(of, monthly_line(terms or flat("97.00"), **wish), by=OPERATOR, now=now)


def version(
    of: Price, terms: PriceTerms, *, sub_account: SubAccount | None = None, now: datetime = NOON, **wish: object
) -> Price:
    with scope.of_agency(of.agency_id), transaction():
        return add_version(of, terms, sub_account=sub_account, by=OPERATOR, now=now, **wish)


def coupon(
    of: Agency, *, code: str = "WELCOME", percent: str | None = "20", now: datetime = NOON, **wish: object
) -> Coupon:
    """Twenty percent off, once; ``percent=None`` with ``amount="5"`` takes dollars off."""
    if isinstance(wish.get("amount"), str):
        wish["amount"] = Money.of(wish["amount"], of.currency)
    with scope.of_agency(of.id), transaction():
        asked = CouponWish(code=code, percent=Decimal(percent) if percent else None, **wish)
        return add_coupon(asked, by=OPERATOR, now=now)


def meter(of: Agency | Product, code: str, aggregation: Aggregation, **wish: object) -> Meter:
    with scope.of_agency(of.agency_id), transaction():
        return add_meter(MeterWish(code=code, name=code, unit="unit", aggregation=aggregation, **wish), now=NOON)


def tax(of: Agency | Product, *, percent: str, name: str = "Sales tax", **wish: object) -> Tax:
    with scope.of_agency(of.agency_id), transaction():
        return add_tax(TaxWish(name=name, percent=Decimal(percent), **wish), by=OPERATOR, now=NOON)
