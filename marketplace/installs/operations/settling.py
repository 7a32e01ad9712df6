"""What a client settles about an app that is installed: another plan, and limits of its own."""

from datetime import datetime
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.queries import Sold, sold_prices
from marketplace.catalogue.rules import refuse_foreign_limits
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.installing import PlanNeedless, plan_of
from marketplace.installs.operations.quoting import AppNotInstalled
from marketplace.installs.operations.removing import lock_with_subscription
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.changing import (
    ChangeWish,
    PlannedChange,
    change,
    preview_change_of,
)


def preview_plan(row: Install, price_id: UUID, client: SubAccount, *, now: datetime) -> PlannedChange:
    """What ``change_plan`` would bill, and when it would count; stores nothing."""
    return preview_change_of(_subscription(row), _wish(_plan(row, price_id, client, now=now)), now=now)


def change_plan(row: Install, price_id: UUID, client: SubAccount, *, by: Actor, now: datetime) -> None:
    """Change to another plan: a dearer one at once with proration, a cheaper one with the period's end.

    Raises:
        AppNotInstalled
        PlanNeedless: the app is not sold by such a plan, or was installed without one.
        DomainError: as ``changing.change``.
    """
    locked, _its_subscription = lock_with_subscription(row)
    wish = _wish(_plan(locked, price_id, client, now=now))
    change(_subscription(locked), wish, by=by, now=now)


def set_limits(row: Install, *, daily: Money | None, monthly: Money | None, by: Actor, now: datetime) -> None:
    """Limit what the app's usage may cost in a day and in a month; None: no limit of one's own.

    Raises:
        AppNotInstalled
        InvalidInput: a limit is not in the app's currency.
    """
    if row.is_over:
        raise AppNotInstalled
    refuse_foreign_limits(row.currency, {"daily_limit": daily, "monthly_limit": monthly})
    row.daily_limit_micros = daily.micros if daily else None
    row.monthly_limit_micros = monthly.micros if monthly else None
    after = {"daily_limit": str(daily) if daily else None, "monthly_limit": str(monthly) if monthly else None}
    record("install.limits_set", row, by=by, now=now, after=after, sub_account_id=row.sub_account_id)


def _plan(row: Install, price_id: UUID, client: SubAccount, *, now: datetime) -> Sold:
    if row.is_over:
        raise AppNotInstalled
    offer = session.get_one(AppOffer, (scope.agency_id(), row.offer_id))
    found = plan_of(sold_prices(offer, sub_account_id=client.id, now=now), price_id)
    if found is None or row.subscription_id is None:
        raise PlanNeedless
    return found


def _wish(plan: Sold) -> ChangeWish:
    return ChangeWish(price_id=plan.price.id if plan.price else None)


def _subscription(row: Install) -> Subscription:
    return session.get_one(Subscription, (scope.agency_id(), row.subscription_id))
