"""What usage of an app costs a client, and what stands in its way."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.exact import exactly, to_micros
from agency.foundation.money import Money
from agency.tenants.operations.sub_accounts import SubAccountClosed
from agency.tenants.queries import sub_account
from marketplace.catalogue.queries import usage_price
from marketplace.catalogue.rules import UnitPrice, unit_price
from marketplace.installs.models.charges import AppCharge, AppChargeKind, AppHold
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.taxing import tax_on
from marketplace.installs.queries import Installed, limits, locked_install, with_app
from marketplace.installs.rules.limits import Span
from marketplace.installs.rules.shares import Shares, listed_part, share


class AppNotInstalled(DomainError):
    message = _l("This app is not installed any more. Nothing was charged.")


class EventChargedAlready(DomainError):
    field = "event_id"
    message = _l("This event was charged or held already. Nothing more was charged.")


class MeterNotSold(DomainError):
    status = 422
    field = "meter"
    message = _l("The app has no such usage price here.")


class NothingToCharge(DomainError):
    status = 422
    field = "quantity"
    message = _l("This comes to nothing.")


class AppLimitReached(DomainError):
    status = 402
    field = "quantity"
    message = _l("The app's daily limit of %(limit)s leaves %(left)s.")


class AppMonthlyLimitReached(AppLimitReached):
    message = _l("The app's monthly limit of %(limit)s leaves %(left)s.")


class CurrencyNotCharged(DomainError):
    status = 422
    field = "currency"
    message = _l("This app charges in %(currency)s here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an app wants to charge; ``unit_price`` where its price is dynamic, ``currency`` only to be checked."""

    event_id: str
    meter: str
    quantity: Decimal
    unit_price: Decimal | None = None
    currency: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What usage costs the client: an amount, and tax on top of it."""

    amount: Money
    tax: Money
    price: UnitPrice
    price_id: UUID
    name: str

    @property
    def total(self) -> Money:
        return self.amount + self.tax


def quote(found: Installed, usage: Usage, *, now: datetime) -> Quote:
    """The price of usage; changes nothing.

    Raises:
        AppNotInstalled, MeterNotSold, CurrencyNotCharged, NothingToCharge
        PriceUnknown, PriceFixed, PriceOutsideBounds
    """
    if found.install.is_over:
        raise AppNotInstalled
    if usage.currency not in {None, found.install.currency}:
        raise CurrencyNotCharged(currency=found.install.currency)
    sold = usage_price(found.offer, usage.meter)
    if sold is None:
        raise MeterNotSold
    row, terms = sold
    price = unit_price(terms, usage.unit_price)
    with exactly():
        amount = to_micros(price.retail * usage.quantity, found.install.currency)
    if amount.micros <= 0:
        raise NothingToCharge
    tax = tax_on(amount, found.offer, found.install.sub_account_id, now=now)
    return Quote(amount=amount, tax=tax, price=price, price_id=row.id, name=row.name)


def guarded(install_id: UUID, usage: Usage, *, now: datetime) -> tuple[Installed, Quote]:
    """Under the lock of the install, which is taken before that of the wallet."""
    found = with_app(locked_install(install_id))
    client = sub_account(found.install.sub_account_id)
    if not client.is_open:
        raise SubAccountClosed
    quoted = quote(found, usage, now=now)
    refuse_repeated(found.install, usage.event_id)
    for limit in limits(found, client, now=now):
        if quoted.amount > limit.left:
            refusal = AppLimitReached if limit.span is Span.DAY else AppMonthlyLimitReached
            raise refusal(limit=limit.limit, left=limit.left)
    return found, quoted


def refuse_repeated(install: Install, event_id: str) -> None:
    charged = exists().where(AppCharge.install_id == install.id, AppCharge.event_id == event_id)
    held = exists().where(AppHold.install_id == install.id, AppHold.event_id == event_id)
    if session.scalar(select(charged | held)):
        raise EventChargedAlready


def shares_at(found: Installed, amount: Money, price: UnitPrice) -> Shares:
    return share(amount, found.app.percents, listed=listed_part(price.listed, price.retail))


def new_row(install: Install, event_id: str, amount: Money, shares: Shares, *, tax: Money, now: datetime) -> AppCharge:
    """What a wallet pays for usage; ``tax`` on top of the amount."""
    return AppCharge(
        id=ids.new_id(),
        sub_account_id=install.sub_account_id,
        install_id=install.id,
        app_id=install.app_id,
        publisher_id=install.publisher_id,
        kind=AppChargeKind.USAGE,
        event_id=event_id,
        currency=amount.currency,
        amount_micros=amount.micros,
        developer_micros=shares.developer.micros,
        agency_micros=shares.agency.micros,
        platform_micros=shares.platform.micros,
        tax_micros=tax.micros,
        is_prepaid=True,
        description="",
        source_id=ids.new_id(),
        charged_at=now,
    )
