"""A sub-account subscribes. Preview and the real thing make the same rows; only one of them stores them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.plans import queries as catalogue
from agency.plans.models.coupons import Coupon
from agency.plans.operations.redemptions import CouponUnknown, redeem_coupon
from agency.plans.rules.coupons import redeem
from agency.tenants.models import SubAccount, SubAccountState
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.holdings import Holding, accounts
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.subscriptions import (
    Collection,
    State,
    Subscription,
    SubscriptionCoupon,
    Unpaid,
)
from subaccounts.subscriptions.operations.advancing import advance
from subaccounts.subscriptions.operations.offers import OfferWish, resolve
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.rules.conventions import Conventions, Granularity
from subaccounts.subscriptions.rules.periods import Schedule, anniversary, calendar, on_day_of_month, trial_end
from subaccounts.subscriptions.rules.proration import counted_from
from subaccounts.subscriptions.terms import Terms, item_row

SUBSCRIPTION = "subscription"


class ClientNotActive(DomainError):
    status = 422
    field = "sub_account_id"
    message = _l("This sub-account is paused or closed. Nothing new can be subscribed to.")


class CouponTwice(DomainError):
    status = 422
    field = "coupons"
    message = _l("A coupon can be used once for a subscription.")


class Anchoring(StrEnum):
    """Where periods begin: on the day of the start, or where the calendar's do."""

    ANNIVERSARY = "anniversary"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionWish:
    """``trial_days`` None: as the plan has it. ``anchor_day``: periods of months begin on that day of the month."""

    sub_account: SubAccount
    offer: OfferWish
    coupons: tuple[str, ...] = ()
    trial_days: int | None = None
    anchoring: Anchoring = Anchoring.ANNIVERSARY
    anchor_day: int | None = None
    collection: Collection = Collection.CARD
    due_days: int = 0
    unpaid: Unpaid = Unpaid.PAUSE
    conventions: Conventions = field(default_factory=Conventions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A subscription as it begins, and what it bills at once: nothing where it begins with a trial."""

    holding: Holding
    outcome: Outcome

    @property
    def bills(self) -> list[Bill]:
        return self.outcome.bills


def preview_subscription(wish: SubscriptionWish, *, now: datetime) -> Begun:
    """As ``subscribe``, and nothing is stored: no row, no use of a coupon."""
    subscription, terms = _made(wish, now=now, by="")
    coupons = [_unstored(code, wish, now=now) for code in wish.coupons]
    return _begin(wish, subscription, terms, coupons, now=now)


def subscribe(wish: SubscriptionWish, *, by: Actor, now: datetime) -> Subscription:
    """Begin a subscription; its first period, or what is left of it, is billed at once unless there is a trial.

    Raises:
        ClientNotActive: the sub-account is paused or closed.
        CouponTwice, CouponUnknown, CouponExpired, CouponUsedUp, CouponOfAnotherCurrency
        DomainError: as ``offers.resolve``.
    """
    subscription, terms = _made(wish, now=now, by=by.name)
    session.add(subscription)
    session.flush()
    coupons = [_redeemed(code, wish, subscription, now=now) for code in wish.coupons]
    begun = _begin(wish, subscription, _with_rows(terms, subscription, now), coupons, now=now, by=by.name)
    record(
        "subscription.started",
        subscription,
        by=by,
        now=now,
        after={"plan": terms.product.name, "state": subscription.state},
        sub_account_id=subscription.sub_account_id,
    )
    begun.outcome.write(now=now)
    return subscription


def _begin(
    wish: SubscriptionWish,
    subscription: Subscription,
    terms: Terms,
    coupons: list[tuple[SubscriptionCoupon, Coupon]],
    *,
    now: datetime,
    by: str = "",
) -> Begun:
    account = accounts({wish.sub_account.id})[wish.sub_account.id]
    holding = Holding(subscription=subscription, terms=terms, account=account, coupons=coupons)
    outcome = Outcome()
    outcome.rows += [row for row, _coupon in coupons]
    outcome.tell(subscription, Happened.STARTED, at=now, by=by)
    advance(holding, by=now, outcome=outcome)
    return Begun(holding=holding, outcome=outcome)


def _made(wish: SubscriptionWish, *, now: datetime, by: str) -> tuple[Subscription, Terms]:
    if wish.sub_account.state is not SubAccountState.ACTIVE:
        raise ClientNotActive
    if len(set(wish.coupons)) < len(wish.coupons):
        raise CouponTwice
    terms = resolve(wish.offer, wish.sub_account, now=now)
    zone = ZoneInfo(wish.sub_account.time_zone)
    days = wish.trial_days
    if days is None:
        days = terms.contents.trial_days if terms.contents else 0
    to_the_second = wish.conventions.granularity is Granularity.SECOND
    trial_ends_at = trial_end(start=now, days=days, zone=zone, to_the_second=to_the_second) if days else None
    billed_from = trial_ends_at or counted_from(now, wish.conventions, zone)
    subscription = Subscription(
        id=ids.new_id(),
        sub_account_id=wish.sub_account.id,
        product_id=terms.product.id,
        contents_id=terms.contents.id if terms.contents else None,
        currency=wish.sub_account.currency,
        state=State.TRIALING if trial_ends_at else State.ACTIVE,
        time_zone=wish.sub_account.time_zone,
        conventions=wish.conventions,
        collection=wish.collection,
        due_days=wish.due_days,
        unpaid=wish.unpaid,
        started_at=now,
        trial_ends_at=trial_ends_at,
        current_start=min(now, billed_from),
        current_end=billed_from,
        next_billing_at=billed_from,
        resumptions=0,
        created_at=now,
        created_by=by,
    )
    subscription.follow(_schedule(wish, terms, billed_from, zone, to_the_second=to_the_second))
    return subscription, terms


def _schedule(
    wish: SubscriptionWish, terms: Terms, start: datetime, zone: ZoneInfo, *, to_the_second: bool
) -> Schedule:
    if wish.anchor_day is not None and terms.cadence.months:
        return on_day_of_month(start=start, cadence=terms.cadence, zone=zone, day=wish.anchor_day)
    if wish.anchoring is Anchoring.CALENDAR:
        return calendar(start=start, cadence=terms.cadence, zone=zone)
    return anniversary(start=start, cadence=terms.cadence, zone=zone, to_the_second=to_the_second)


def _with_rows(terms: Terms, subscription: Subscription, at: datetime) -> Terms:
    items = []
    for item in terms.items:
        owner = {"sub_account_id": subscription.sub_account_id, "subscription_id": subscription.id}
        row = item_row(item, **owner, at=at)
        session.add(row)
        items.append(replace(item, row=row))
    return replace(terms, items=tuple(items))


def _redeemed(
    code: str, wish: SubscriptionWish, subscription: Subscription, *, now: datetime
) -> tuple[SubscriptionCoupon, Coupon]:
    coupon, in_use = redeem_coupon(
        code, sub_account=wish.sub_account, source_type=SUBSCRIPTION, source_id=subscription.id, now=now
    )
    row = _coupon_row(coupon, in_use.periods_left, now=now)
    row.sub_account_id, row.subscription_id = subscription.sub_account_id, subscription.id
    return row, coupon


def _unstored(code: str, wish: SubscriptionWish, *, now: datetime) -> tuple[SubscriptionCoupon, Coupon]:
    coupon = catalogue.coupon(code)
    if coupon is None or coupon.is_archived:
        raise CouponUnknown
    in_use = redeem(coupon.terms, currency=wish.sub_account.currency, redemptions=coupon.redemptions, now=now)
    return _coupon_row(coupon, in_use.periods_left, now=now), coupon


def _coupon_row(coupon: Coupon, periods_left: int | None, *, now: datetime) -> SubscriptionCoupon:
    return SubscriptionCoupon(
        id=ids.new_id(),
        coupon_id=coupon.id,
        periods_left=periods_left,
        amount_left_micros=coupon.amount_micros,
        has_ended=False,
        redeemed_at=now,
    )
