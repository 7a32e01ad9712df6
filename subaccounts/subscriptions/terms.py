"""What a subscription buys: prices in their versions with quantities, and what the rules see of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from agency.foundation.exact import Exact, to_coins
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.rules.components import Component as Kind
from agency.plans.rules.evaluate import evaluate
from subaccounts.subscriptions.models.subscriptions import SubscriptionItem
from subaccounts.subscriptions.rules.changes import Offer
from subaccounts.subscriptions.rules.periods import Cadence
from subaccounts.subscriptions.rules.proration import Component

WHOLE = Fraction(1)
EACH_PERIOD = frozenset({Kind.BASE, Kind.SEAT, Kind.ADD_ON})
ONCE = frozenset({Kind.SETUP_FEE, Kind.ONE_TIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """``paid_share``: the part of its price that coupons leave to pay in the period that runs."""

    price: Price
    quantity: int
    paid_share: Fraction = WHOLE
    row: SubscriptionItem | None = None

    @property
    def code(self) -> str:
        """The same for every version of a line, so that another version is a change of the same component."""
        return str(self.price.line_id)

    def is_like(self, other: "Item") -> bool:
        return self.price.id == other.price.id and self.quantity == other.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    product: Product
    contents: PlanContents | None
    cadence: Cadence
    items: tuple[Item, ...]

    @property
    def seats(self) -> int | None:
        return next((item.quantity for item in self.items if item.price.component is Kind.SEAT), None)

    def each_period(self) -> list[Item]:
        return [item for item in self.items if item.price.component in EACH_PERIOD]

    def once(self) -> list[Item]:
        return [item for item in self.items if item.price.component in ONCE]

    def item(self, code: str) -> Item:
        return next(item for item in self.items if item.code == code)

    def price_of(self, item: Item) -> Exact:
        """Of a full period, in major units, before coupons; seats beyond the included ones alone are paid."""
        billable = item.quantity
        if item.price.component is Kind.SEAT and self.contents is not None:
            billable = max(billable - self.contents.seats_included, 0)
            if not billable:
                return Decimal(0)
        return evaluate(item.price.terms, Decimal(billable)).exact

    def components(self, *, as_paid: bool) -> list[Component]:
        """What every period costs; ``as_paid`` with what coupons took in the one that runs."""
        return [
            Component(code=item.code, price=Fraction(self.price_of(item)) * (item.paid_share if as_paid else 1))
            for item in self.each_period()
        ]

    def recurring(self, currency: str) -> Money:
        """What a month of it brings, as it is paid now: an average month where periods are of weeks."""
        a_period = Fraction(sum(component.price for component in self.components(as_paid=True)))
        return to_coins(a_period / self.cadence.part_of_months, currency)

    def offer(self, *, as_paid: bool = True) -> Offer:
        return Offer(components=tuple(self.components(as_paid=as_paid)), cadence=self.cadence)

    def carried_over(self, former: "Terms", *, factor: Fraction) -> "Terms":
        """These terms in a period that runs: what stays is paid as before, what comes takes the percent coupons."""
        return replace(self, items=tuple(_carried(item, former, factor) for item in self.items))


def _carried(item: Item, former: Terms, factor: Fraction) -> Item:
    for kept in former.items:
        if kept.is_like(item):
            return kept
    return replace(item, paid_share=factor)


def item_row(item: Item, *, sub_account_id: object, subscription_id: object, at: datetime) -> SubscriptionItem:
    return SubscriptionItem(
        sub_account_id=sub_account_id,
        subscription_id=subscription_id,
        price_id=item.price.id,
        quantity=item.quantity,
        paid_share=item.paid_share,
        from_at=at,
        minimum_from=at if item.price.component is Kind.USAGE and item.price.terms.minimum is not None else None,
    )
