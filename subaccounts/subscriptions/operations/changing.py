"""Another plan, interval, quantity or set of add-ons: now, at the period's end, or at a moment ahead."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Component
from agency.tenants.queries import sub_account
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import Holding, holding
from subaccounts.subscriptions.models.course import ChangeState, Happened, SubscriptionChange
from subaccounts.subscriptions.models.subscriptions import State, Subscription
from subaccounts.subscriptions.operations.advancing import advance, set_cursor
from subaccounts.subscriptions.operations.applying import apply_change, keep_terms, weigh
from subaccounts.subscriptions.operations.offers import OfferWish, resolve
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.rules.changes import refuse_moment, takes_effect
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.rules.periods import Cadence
from subaccounts.subscriptions.terms import Terms


class SubscriptionOver(DomainError):
    message = _l("This subscription has ended.")


class SubscriptionPaused(DomainError):
    message = _l("This subscription is paused. Resume it first.")


class ChangeTooFarAhead(DomainError):
    status = 422
    field = "at"
    message = _l("Choose a moment within the period that runs, or its end: what comes later cannot be priced yet.")


class NothingChanges(DomainError):
    status = 422
    message = _l("The subscription is like that already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWish:
    """What is left out stays. ``at`` names a moment; else ``when``, and without it the subscription's convention."""

    product_id: UUID | None = None
    price_id: UUID | None = None
    cadence: Cadence | None = None
    quantity: int | None = None
    seats: int | None = None
    add_ons: Mapping[UUID, int] | None = None
    when: TakesEffect | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """When a change would count, and what it would bill there and then."""

    terms: Terms
    at: datetime
    counts_from: datetime
    bill: Bill
    is_now: bool


def locked(subscription_id: UUID) -> Subscription:
    """The subscription as it stands, for this transaction alone."""
    key = (scope.agency_id(), subscription_id)
    return session.get_one(Subscription, key, with_for_update=True, populate_existing=True)


def preview_change_of(subscription: Subscription, wish: ChangeWish, *, now: datetime) -> PlannedChange:
    """What ``change`` would do and bill; stores nothing."""
    return _planned(holding(subscription), wish, now=now, occasion="preview")


def change(subscription: Subscription, wish: ChangeWish, *, by: Actor, now: datetime) -> SubscriptionChange:
    """Change a subscription, or plan it.

    Raises:
        SubscriptionOver, SubscriptionPaused, NothingChanges
        ChangeInThePast, ChangeAfterTheEnd, ChangeAlreadyPlanned, ChangeTooFarAhead: at the field *at*.
        DomainError: as ``offers.resolve``.
    """
    held = holding(locked(subscription.id))
    change_id = ids.new_id()
    planned = _planned(held, wish, now=now, occasion=str(change_id))
    row = SubscriptionChange(
        id=change_id,
        sub_account_id=subscription.sub_account_id,
        subscription_id=subscription.id,
        state=ChangeState.PLANNED,
        at=planned.at,
        terms=keep_terms(planned.terms),
        requested_at=now,
        requested_by=by.name,
    )
    session.add(row)
    outcome = Outcome()
    if planned.is_now:
        apply_change(held, row, outcome=outcome, now=now)
    else:
        held.planned.append(row)
        outcome.tell(subscription, Happened.CHANGE_PLANNED, at=now, by=by.name, note=planned.terms.product.name)
    set_cursor(held)
    advance(held, by=now, outcome=outcome)
    after = {"plan": planned.terms.product.name, "at": planned.at.isoformat()}
    record("subscription.changed", subscription, by=by, now=now, after=after, sub_account_id=row.sub_account_id)
    outcome.write(now=now)
    return row


def withdraw_change(subscription: Subscription, row: SubscriptionChange, *, by: Actor, now: datetime) -> None:
    """A change that was planned does not come.

    Raises:
        NothingChanges: it has come, or was withdrawn.
    """
    held = holding(locked(subscription.id))
    session.refresh(row)
    if row.state is not ChangeState.PLANNED:
        raise NothingChanges
    row.state, row.ended_at = ChangeState.WITHDRAWN, now
    held.planned = [other for other in held.planned if other.id != row.id]
    set_cursor(held)
    record("subscription.change_withdrawn", subscription, by=by, now=now, sub_account_id=row.sub_account_id)
    outcome = Outcome()
    outcome.tell(subscription, Happened.CHANGE_WITHDRAWN, at=now, by=by.name)
    outcome.write(now=now)


def _planned(held: Holding, wish: ChangeWish, *, now: datetime, occasion: str) -> PlannedChange:
    row = held.subscription
    if row.is_over:
        raise SubscriptionOver
    if row.state is State.PAUSED:
        raise SubscriptionPaused
    sold = resolve(_whole(held.terms, wish), sub_account(row.sub_account_id), now=now)
    terms = sold if wish.price_id else _as_kept(sold, held.terms)
    if keep_terms(terms) == keep_terms(held.terms):
        raise NothingChanges
    at = _moment(held, wish, terms, now=now)
    refuse_moment(at, now=now, ends_at=row.ends_at, planned=[planned.at for planned in held.planned])
    if at > row.current_end:
        raise ChangeTooFarAhead
    weighed = weigh(held, terms, at=at, occasion=occasion)
    return PlannedChange(
        terms=terms, at=at, counts_from=weighed.preview.counts_from, bill=weighed.bill, is_now=at <= now
    )


def _as_kept(sold: Terms, kept: Terms) -> Terms:
    """A subscription keeps its versions of prices and contents until it is moved; what is new to it is sold as now."""
    if sold.product.id != kept.product.id:
        return sold
    versions = {item.code: item.price for item in kept.items} if sold.cadence == kept.cadence else {}
    items = tuple(replace(item, price=versions.get(item.code, item.price)) for item in sold.items)
    return replace(sold, contents=kept.contents, items=items)


def _moment(held: Holding, wish: ChangeWish, terms: Terms, *, now: datetime) -> datetime:
    if wish.at is not None:
        return wish.at
    row = held.subscription
    asked = wish.when
    if asked is None and row.state is State.TRIALING:
        asked = TakesEffect.NOW
    old, new = held.terms.offer(as_paid=False), terms.offer(as_paid=False)
    effect = takes_effect(old=old, new=new, conventions=row.conventions, asked=asked)
    return now if effect is TakesEffect.NOW else row.current_end


def _whole(terms: Terms, wish: ChangeWish) -> OfferWish:
    """What is left out is as it is now; another plan does not take over add-ons that it may not have."""
    same = wish.product_id in {None, terms.product.id} and wish.price_id is None
    base = next(item for item in terms.items if item.price.component is Component.BASE)
    kept = {item.price.id: item.quantity for item in terms.items if item.price.component is Component.ADD_ON}
    add_ons = wish.add_ons if wish.add_ons is not None else (kept if same and wish.cadence is None else {})
    return OfferWish(
        product_id=wish.product_id or terms.product.id,
        price_id=wish.price_id,
        cadence=wish.cadence or terms.cadence,
        quantity=base.quantity if wish.quantity is None else wish.quantity,
        seats=wish.seats,
        kept_seats=terms.seats,
        add_ons=add_ons,
    )
