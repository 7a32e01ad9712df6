"""What moving subscriptions to a version of their price would do, one by one. Stores nothing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Exists, exists, select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import Holding, holdings
from subaccounts.subscriptions.models.subscriptions import State, Subscription, SubscriptionItem
from subaccounts.subscriptions.operations.advancing import coming
from subaccounts.subscriptions.operations.applying import weigh
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.terms import Terms

SET = 200


class Reason(StrEnum):
    """Why a subscription is left at the version that it has."""

    OWN_PRICE = "own_price"
    PAUSED = "paused"
    ENDING = "ending"
    CHANGE_PLANNED = "change_planned"
    RENEWAL_DUE = "renewal_due"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One subscription: its renewal before and after, with tax, and what a move now would bill; or why it is left."""

    holding: Holding
    terms: Terms
    before: Money
    after: Money
    bill: Bill | None
    reason: Reason | None

    @property
    def subscription(self) -> Subscription:
        return self.holding.subscription

    @property
    def difference(self) -> Money:
        return self.after - self.before


def candidates(price: Price) -> Sequence[UUID]:
    """The subscriptions that have another version of a price's line, the oldest first."""
    query = select(Subscription.id).where(_holds_another(price), Subscription.ended_at.is_(None))
    if price.sub_account_id is not None:
        query = query.where(Subscription.sub_account_id == price.sub_account_id)
    return session.scalars(query.order_by(Subscription.id)).all()


def rehearse_move(
    price: Price, subscription_ids: Collection[UUID], when: TakesEffect, *, now: datetime
) -> Iterator[Trial]:
    """What would become of each of them, read in sets."""
    wanted = sorted(subscription_ids)
    for first in range(0, len(wanted), SET):
        ids = wanted[first : first + SET]
        rows = session.scalars(select(Subscription).where(Subscription.id.in_(ids)).order_by(Subscription.id)).all()
        yield from (rehearse_one(held, price, when, occasion="preview", now=now) for held in holdings(rows))


def rehearse_one(held: Holding, price: Price, when: TakesEffect, *, occasion: str, now: datetime) -> Trial:
    row, terms = held.subscription, at_version(held.terms, price)
    reason = _reason(held, price, now=now)
    later = replace_terms(held, terms)
    bill = None
    if reason is None and when is TakesEffect.NOW:
        bill = weigh(held, terms, at=now, occasion=occasion).bill
    return Trial(
        holding=held,
        terms=terms,
        before=coming(held, row.current_end)[1].total,
        after=coming(later, row.current_end)[1].total,
        bill=bill,
        reason=reason,
    )


def at_version(terms: Terms, price: Price) -> Terms:
    """The same terms with that version of one of their prices."""
    items = tuple(
        replace(item, price=price, row=None) if item.price.line_id == price.line_id else item for item in terms.items
    )
    return replace(terms, items=items)


def replace_terms(held: Holding, terms: Terms) -> Holding:
    return Holding(
        subscription=held.subscription,
        terms=terms,
        account=held.account,
        coupons=held.coupons,
        planned=held.planned,
        tax_book=held.tax_book,
    )


def _reason(held: Holding, price: Price, *, now: datetime) -> Reason | None:
    row = held.subscription
    present = held.terms.item(str(price.line_id)).price
    if present.sub_account_id is not None and price.sub_account_id is None:
        return Reason.OWN_PRICE
    if row.state is State.PAUSED:
        return Reason.PAUSED
    if row.ends_at is not None:
        return Reason.ENDING
    if held.planned:
        return Reason.CHANGE_PLANNED
    if row.current_end <= now:
        return Reason.RENEWAL_DUE
    return None


def _holds_another(price: Price) -> Exists:
    return exists().where(
        SubscriptionItem.agency_id == Subscription.agency_id,
        SubscriptionItem.subscription_id == Subscription.id,
        SubscriptionItem.until_at.is_(None),
        SubscriptionItem.price_id != price.id,
        SubscriptionItem.price_id == Price.id,
        Price.agency_id == SubscriptionItem.agency_id,
        Price.line_id == price.line_id,
    )
