"""From what somebody asks for to price versions: the product's list, in the client's currency, as it is sold now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.rules.components import Component, Interval
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.rules.periods import Cadence
from subaccounts.subscriptions.terms import Item, Terms

MONTHLY = Cadence(interval=Interval.MONTH)


class NothingToSell(DomainError):
    status = 422
    field = "plan_id"
    message = _l("This product has no recurring price that is sold now.")


class CurrencyDiffers(DomainError):
    status = 422
    message = _l("This client pays in %(currency)s, and that price is in another currency.")

    def __init__(self, field: str, currency: str) -> None:
        super().__init__(currency=currency)
        self.field = field


class IntervalNotSold(DomainError):
    status = 422
    field = "interval"
    message = _l("This product is not sold at that interval. Choose one that is on its price list.")


class PriceNotSold(DomainError):
    status = 422
    field = "price_id"
    message = _l("This price is not the base of a subscription, or is not sold now.")


class SeatsNotSold(DomainError):
    status = 422
    field = "seats"
    message = _l("This plan has no price for seats at that interval.")


class TooManySeats(DomainError):
    status = 422
    field = "seats"
    message = _l("This plan has at most %(most)s seats.")


class AddOnNotSold(DomainError):
    status = 422
    field = "add_ons"
    message = _l("An add-on is not one of this plan at that interval, or is not sold now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWish:
    """``price_id`` names the base price itself; without it, the base at the interval, or the only one there is.

    ``add_ons`` holds the quantity of each by the id of its price; ``kept_seats`` are those of the plan before, where
    nobody asked for a number: they go where the plan sells none.
    """

    product_id: UUID | None = None
    price_id: UUID | None = None
    cadence: Cadence | None = None
    quantity: int = 1
    seats: int | None = None
    kept_seats: int | None = None
    add_ons: Mapping[UUID, int] = field(default_factory=dict)


def resolve(wish: OfferWish, sub_account: SubAccount, *, now: datetime) -> Terms:
    """The terms that the wish would bring now.

    Raises:
        NotFound: no such product or price.
        DomainError: one of those above, each at its field.
    """
    named = catalogue.one(Price, wish.price_id) if wish.price_id else None
    product = catalogue.one(Product, named.product_id if named else wish.product_id or UUID(int=0))
    sold = _sold(product, named, sub_account, now=now)
    base = _base(wish, named, [price for price in sold if price.component is Component.BASE])
    cadence = cadence_of(base)
    contents = catalogue.plan_contents(product, at=now)
    alike = [price for price in sold if price.interval is not None and cadence_of(price) == cadence]
    items = [
        Item(price=base, quantity=wish.quantity),
        *_seats(wish, contents, alike),
        *_add_ons(wish, alike),
        *(Item(price=price, quantity=0) for price in sold if price.component is Component.USAGE),
        *(Item(price=price, quantity=1) for price in sold if price.component is Component.SETUP_FEE),
    ]
    return Terms(product=product, contents=contents, cadence=cadence, items=tuple(items))


def cadence_of(price: Price) -> Cadence:
    return Cadence(interval=price.interval or Interval.MONTH, every=price.interval_count or 1)


def _sold(product: Product, named: Price | None, sub_account: SubAccount, *, now: datetime) -> Sequence[Price]:
    if named is not None and named.currency != sub_account.currency:
        raise CurrencyDiffers("price_id", sub_account.currency)
    if product.is_archived:
        raise NothingToSell
    listed = catalogue.prices_in_force([product.id], at=now, sub_account_id=sub_account.id)
    sold = [price for price in listed if price.currency == sub_account.currency]
    if not any(price.component is Component.BASE for price in sold):
        has_others = any(price.component is Component.BASE for price in listed)
        raise CurrencyDiffers("plan_id", sub_account.currency) if has_others else NothingToSell
    return sold


def _base(wish: OfferWish, named: Price | None, bases: Sequence[Price]) -> Price:
    if named is not None:
        # A client's own version stands for the line that was named.
        found = next((price for price in bases if price.line_id == named.line_id), None)
        if found is None:
            raise PriceNotSold
        return found
    wanted = wish.cadence or (cadence_of(bases[0]) if len(bases) == 1 else MONTHLY)
    found = next((price for price in bases if cadence_of(price) == wanted), None)
    if found is None:
        raise IntervalNotSold
    return found


def _seats(wish: OfferWish, contents: PlanContents | None, sold: Sequence[Price]) -> list[Item]:
    included = contents.seats_included if contents else 0
    seats = next(seats for seats in (wish.seats, wish.kept_seats, included) if seats is not None)
    if contents is not None and contents.seats_max is not None and seats > contents.seats_max:
        raise TooManySeats(most=contents.seats_max)
    price = next((price for price in sold if price.component is Component.SEAT), None)
    if price is not None:
        return [Item(price=price, quantity=max(seats, included))]
    if wish.seats is not None and seats > included:
        raise SeatsNotSold
    return []


def _add_ons(wish: OfferWish, sold: Sequence[Price]) -> list[Item]:
    lines = {price.line_id: price for price in sold if price.component is Component.ADD_ON}
    items = []
    for price_id, quantity in wish.add_ons.items():
        price = lines.get(catalogue.one(Price, price_id).line_id)
        if price is None:
            raise AddOnNotSold
        if quantity:
            items.append(Item(price=price, quantity=quantity))
    return items
