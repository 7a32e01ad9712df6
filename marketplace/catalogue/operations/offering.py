"""An agency chooses an app for its clients, and says for how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.money import Money
from agency.plans import queries as plans
from agency.plans.models.products import Product
from agency.plans.operations.price_versions import add_version
from agency.plans.operations.prices import PriceWish, add_price
from agency.plans.operations.products import ProductWish, add_product
from agency.plans.rules.components import Component, ProductKind
from agency.plans.rules.terms import Model, PriceTerms
from marketplace.catalogue.models.apps import App, AppPrice, AppPriceKind, AppState
from marketplace.catalogue.models.offers import AppOffer, AppOfferPrice
from marketplace.catalogue.queries import app_prices, offer_of, offer_prices
from marketplace.catalogue.rules import ONE, refuse_foreign_limits, sold_at


class AppNotListed(DomainError):
    status = 422
    field = "app_id"
    message = _l("This app is not on the list of the marketplace.")


class BelowTheList(DomainError):
    status = 422
    field = "own_prices"
    message = _l("An own price cannot be below the publisher's.")


class DynamicOwnPrice(DomainError):
    status = 422
    field = "own_prices"
    message = _l("A dynamic price has no own amount. Use the markup.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWish:
    """``own_prices`` by the id of the publisher's price; all others are its list times ``markup``."""

    is_shown: bool = True
    markup: Decimal = ONE
    own_prices: Mapping[UUID, Decimal] = field(default_factory=dict)
    daily_limit: Money | None = None
    monthly_limit: Money | None = None


def set_offer(app: App, wish: OfferWish, *, by: Actor, now: datetime) -> AppOffer:
    """Offer an app to the agency's clients, or change how; of two at once the second holds. What runs keeps its price.

    Raises:
        AppNotListed, BelowTheList, DynamicOwnPrice
        InvalidInput: a limit is not in the app's currency.
        NotFound: an own price names none of the app's prices.
    """
    listed = app_prices(app.id)
    _refuse(app, listed, wish)
    take_turn(f"app-offer/{app.id}")
    offer = offer_of(app.id)
    if offer is None:
        if app.state is not AppState.LISTED:
            raise AppNotListed
        offer = _begun(app, by=by, now=now)
    offer.is_shown, offer.markup = wish.is_shown, wish.markup
    offer.daily_limit_micros = wish.daily_limit.micros if wish.daily_limit else None
    offer.monthly_limit_micros = wish.monthly_limit.micros if wish.monthly_limit else None
    session.add(offer)
    session.flush()
    _price(offer, listed, wish, by=by, now=now)
    after = {"shown": wish.is_shown, "markup": f"{wish.markup:f}"}
    record("app_offer.set", app, by=by, now=now, after=after)
    return offer


def _refuse(app: App, listed: list[AppPrice], wish: OfferWish) -> None:
    if wish.markup < ONE:
        raise BelowTheList
    known = {price.id: price for price in listed}
    for price_id, amount in wish.own_prices.items():
        price = known.get(price_id)
        if price is None:
            raise NotFound
        if price.amount is None:
            raise DynamicOwnPrice
        if amount < price.amount:
            raise BelowTheList
    refuse_foreign_limits(app.currency, {"daily_limit": wish.daily_limit, "monthly_limit": wish.monthly_limit})


def _begun(app: App, *, by: Actor, now: datetime) -> AppOffer:
    wish = ProductWish(kind=ProductKind.MARKETPLACE_APP, name=app.name, description=app.tagline)
    product = add_product(wish, by=by, now=now)
    return AppOffer(app_id=app.id, product_id=product.id, created_at=now)


def _price(offer: AppOffer, listed: list[AppPrice], wish: OfferWish, *, by: Actor, now: datetime) -> None:
    kept = {row.app_price_id: row for row in offer_prices(offer.id)}
    for price in listed:
        row = kept.get(price.id) or AppOfferPrice(offer_id=offer.id, app_price_id=price.id)
        row.own_amount = wish.own_prices.get(price.id)
        if price.kind is AppPriceKind.RECURRING:
            row.line_id = _line(offer, row, price, by=by, now=now)
        session.add(row)
    session.flush()


def _line(offer: AppOffer, row: AppOfferPrice, price: AppPrice, *, by: Actor, now: datetime) -> UUID:
    """The line of the agency's price list that a plan of the app is sold by, in a new version if it costs another."""
    listed = price.amount or Decimal(0)
    retail = sold_at(listed, offer.markup, row.own_amount)
    terms = PriceTerms(model=Model.FLAT, currency=price.currency, unit_price=retail)
    if row.line_id is None:
        product = plans.one(Product, offer.product_id)
        line = PriceWish(
            component=Component.BASE, terms=terms, wholesale_cost=listed, name=price.name, interval=price.interval
        )
        return add_price(product, line, by=by, now=now).line_id
    sold = plans.latest_version(row.line_id, None)
    if sold is not None and sold.terms.unit_price != retail:
        add_version(sold, terms, wholesale_cost=listed, by=by, now=now)
    return row.line_id
