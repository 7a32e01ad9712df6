"""A client installs an app: it consents to what the app may do, and pays from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.exact import to_micros
from agency.foundation.money import Money
from agency.plans.rules.components import Component
from agency.tenants.models import SubAccount, SubAccountState
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models.apps import App, AppPriceKind, AppState
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.queries import Sold
from marketplace.installs.models.charges import AppChargeKind
from marketplace.installs.models.installs import Install, InstallState
from marketplace.installs.operations.charging import SOURCE
from marketplace.installs.operations.ledger import credits_of
from marketplace.installs.operations.quoting import new_row
from marketplace.installs.operations.taxing import tax_on
from marketplace.installs.operations.telling import INSTALLED, tell
from marketplace.installs.queries import running_install
from marketplace.installs.rules.shares import listed_part, share
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription, Unpaid
from subaccounts.subscriptions.operations.offers import OfferWish
from subaccounts.subscriptions.operations.subscribing import SubscriptionWish, subscribe
from wallet.credits.operations.debits import Debit, charge
from wallet.ledger.codes import Code

NOTICE = timedelta(days=3)


class AlreadyInstalled(DomainError):
    message = _l("This app is installed already.")


class ConsentStale(DomainError):
    status = 422
    field = "permissions"
    message = _l("The app asks for other permissions. Look at them again, then install.")


class PlanMissing(DomainError):
    status = 422
    field = "price_id"
    message = _l("Choose one of the app's plans.")


class PlanNeedless(DomainError):
    status = 422
    field = "price_id"
    message = _l("This app has no such plan here.")


class ClientPaused(DomainError):
    message = _l("This account is paused or closed. Nothing new can be installed.")


class AppInAnotherCurrency(DomainError):
    status = 422
    field = "app_id"
    message = _l("This app is paid in %(app)s, and this account pays in %(currency)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallWish:
    """``permissions`` are those that were shown; ``price_id`` is the plan, where the app has plans."""

    sub_account: SubAccount
    app_id: UUID
    permissions: frozenset[str]
    price_id: UUID | None = None
    collection: Collection = Collection.CARD
    daily_limit: Money | None = None
    monthly_limit: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What would be installed: the app, its offer, the plan if it has plans, what is paid once."""

    app: App
    offer: AppOffer
    plan: Sold | None
    once: Sold | None


def install(wish: InstallWish, *, by: Actor, now: datetime) -> Install:
    """Install an app: its plan is subscribed to, what is paid once is taken from the wallet.

    Raises:
        NotFound: no such app, or the agency does not show it.
        AlreadyInstalled, ConsentStale, PlanMissing, PlanNeedless, ClientPaused, AppInAnotherCurrency
        InsufficientFunds: the wallet has less than what is paid once.
        DomainError: as ``subscribing.subscribe``.
    """
    wanted = look_up(wish, now=now)
    row = _add(wish, wanted, by=by, now=now)
    if wanted.once is not None:
        _pay_once(row, wanted, wanted.once, now=now)
    if wanted.plan is not None:
        subscribed = _subscribe(wish, wanted.plan, by=by, now=now)
        row.subscription_id, row.trial_ends_at = subscribed.id, subscribed.trial_ends_at
        row.notice_at = max(subscribed.trial_ends_at - NOTICE, now) if subscribed.trial_ends_at else None
        session.flush()
    after = {"permissions": sorted(wish.permissions), "plan": wanted.plan.listed.name if wanted.plan else None}
    record("install.added", row, by=by, now=now, after=after, sub_account_id=row.sub_account_id)
    tell(INSTALLED, row, now=now)
    return row


def look_up(wish: InstallWish, *, now: datetime) -> Wanted:
    """What a wish means, checked; changes nothing. Raises as ``install``, but for money."""
    app, client = catalogue.app(wish.app_id), wish.sub_account
    offer = catalogue.offer_of(app.id)
    if app.state is not AppState.LISTED or offer is None or not offer.is_shown:
        raise NotFound
    if client.state is not SubAccountState.ACTIVE:
        raise ClientPaused
    if app.currency != client.currency:
        raise AppInAnotherCurrency(app=app.currency, currency=client.currency)
    if running_install(client.id, app.id) is not None:
        raise AlreadyInstalled
    if wish.permissions != set(app.permissions):
        raise ConsentStale
    sold = catalogue.sold_prices(offer, sub_account_id=client.id, now=now)
    once = next((price for price in sold if price.kind is AppPriceKind.ONE_TIME and price.amount), None)
    return Wanted(app=app, offer=offer, plan=plan_of(sold, wish.price_id), once=once)


def plan_of(sold: Sequence[Sold], price_id: UUID | None) -> Sold | None:
    """The plan that is asked for; an app with plans is installed with one of them.

    Raises:
        PlanMissing, PlanNeedless
    """
    plans = {price.listed.id: price for price in sold if price.kind is AppPriceKind.RECURRING}
    if price_id is None:
        if plans:
            raise PlanMissing
        return None
    if price_id not in plans:
        raise PlanNeedless
    return plans[price_id]


def _add(wish: InstallWish, wanted: Wanted, *, by: Actor, now: datetime) -> Install:
    row = Install(
        id=ids.new_id(),
        sub_account_id=wish.sub_account.id,
        app_id=wanted.app.id,
        publisher_id=wanted.app.publisher_id,
        offer_id=wanted.offer.id,
        app_price_id=wanted.plan.listed.id if wanted.plan else None,
        state=InstallState.ACTIVE,
        client_name=wish.sub_account.name,
        currency=wanted.app.currency,
        permissions=sorted(wish.permissions),
        daily_limit_micros=wish.daily_limit.micros if wish.daily_limit else None,
        monthly_limit_micros=wish.monthly_limit.micros if wish.monthly_limit else None,
        installed_at=now,
        installed_by=by.name,
    )
    with unique(AlreadyInstalled, "uq_installs_one"):
        session.add(row)
        session.flush()
    return row


def _pay_once(row: Install, wanted: Wanted, once: Sold, *, now: datetime) -> None:
    listed, retail = once.listed.amount or Decimal(0), once.amount or Decimal(0)
    amount = to_micros(retail, row.currency)
    shares = share(amount, wanted.app.percents, listed=listed_part(listed, retail))
    tax = tax_on(amount, wanted.offer, row.sub_account_id, now=now)
    paid = new_row(row, f"install:{row.id}", amount, shares, tax=tax, now=now)
    paid.kind, paid.app_price_id, paid.description = AppChargeKind.ONE_TIME, once.listed.id, once.listed.name
    wish = Debit(
        id=paid.source_id,
        sub_account_id=row.sub_account_id,
        amount=paid.total,
        source_type=SOURCE,
        source_id=paid.id,
        kind=Code.CHARGE,
        description=wanted.app.name,
        product_id=wanted.offer.product_id,
        credits=credits_of(paid, shares, tax),
    )
    charge(wish, now=now)
    session.add(paid)
    session.flush()


def _subscribe(wish: InstallWish, plan: Sold, *, by: Actor, now: datetime) -> Subscription:
    if plan.price is None or plan.price.component is not Component.BASE:
        raise PlanNeedless
    subscribing = SubscriptionWish(
        sub_account=wish.sub_account,
        offer=OfferWish(price_id=plan.price.id),
        trial_days=plan.listed.trial_days,
        collection=wish.collection,
        unpaid=Unpaid.CANCEL,
    )
    return subscribe(subscribing, by=by, now=now)
