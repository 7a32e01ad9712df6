"""Subscriptions as the API makes them; each act is committed in its sub-account's agency."""

from datetime import datetime

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.tenants.models import SubAccount
from subaccounts.subscriptions import queries
from subaccounts.subscriptions.models.course import SubscriptionChange
from subaccounts.subscriptions.models.moves import PriceMove
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription
from subaccounts.subscriptions.operations import canceling, changing, moving, pausing, subscribing
from subaccounts.subscriptions.operations.changing import ChangeWish
from subaccounts.subscriptions.operations.offers import OfferWish
from subaccounts.subscriptions.operations.subscribing import SubscriptionWish
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories.tenants import NOON


def wish(of: SubAccount, product: Product, **said: object) -> SubscriptionWish:
    """Collected by invoice, so that no card is needed."""
    offer = {name: said.pop(name) for name in ("cadence", "quantity", "seats", "add_ons") if name in said}
    values = {"collection": Collection.INVOICE} | said
    return SubscriptionWish(sub_account=of, offer=OfferWish(product_id=product.id, **offer), **values)


def subscription(of: SubAccount, product: Product, *, now: datetime = NOON, **said: object) -> Subscription:
    with scope.of_agency(of.agency_id), transaction():
        return subscribing.subscribe(wish(of, product, **said), by=OPERATOR, now=now)


def changed(row: Subscription, *, now: datetime = NOON, **said: object) -> SubscriptionChange:
    with scope.of_agency(row.agency_id), transaction():
        return changing.change(_fresh(row), ChangeWish(**said), by=OPERATOR, now=now)


def paused(row: Subscription, *, now: datetime = NOON, narrowed: bool = False) -> None:
    """``narrowed``: in the scope of its client."""
    with scope.of_agency(row.agency_id, sub_account_id=row.sub_account_id if narrowed else None), transaction():
        pausing.pause(_fresh(row), reason="Holidays", by=OPERATOR, now=now)


def resumed(row: Subscription, *, now: datetime = NOON) -> None:
    with scope.of_agency(row.agency_id), transaction():
        pausing.resume(_fresh(row), by=OPERATOR, now=now)


def canceled(row: Subscription, when: TakesEffect = TakesEffect.NOW, *, now: datetime = NOON) -> None:
    with scope.of_agency(row.agency_id), transaction():
        canceling.cancel(_fresh(row), when, reason="Moved away", by=OPERATOR, now=now)


def lines(row: Subscription) -> list[str]:
    """The amounts of its lines, in the order in which they were billed."""
    with scope.of_agency(row.agency_id), transaction():
        return [line.amount.plain() for line in queries.lines(row.id, limit=200).rows][::-1]


def _fresh(row: Subscription) -> Subscription:
    return session.get_one(Subscription, (row.agency_id, row.id), populate_existing=True)


def move(of: Price, *, now: datetime = NOON) -> PriceMove:
    """Everybody to that version of a price, each with its next renewal."""
    with scope.of_agency(of.agency_id), transaction():
        begun = moving.start_move(of, None, TakesEffect.PERIOD_END, by=OPERATOR, now=now)
        moving.move_set(begun, now=now)
    return begun
