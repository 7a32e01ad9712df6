"""Apps as publishers make them, offered by agencies and installed by clients; each act is committed."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Interval
from agency.tenants.models import Agency, SubAccount
from marketplace.catalogue import queries
from marketplace.catalogue.models.apps import App, AppPrice, AppPriceKind
from marketplace.catalogue.models.offers import AppOffer
from marketplace.catalogue.operations import publishing
from marketplace.catalogue.operations.offering import OfferWish, set_offer
from marketplace.catalogue.operations.publishing import AppPriceWish
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.installing import InstallWish, install
from marketplace.installs.operations.keys import issue_key
from marketplace.installs.operations.quoting import Usage
from marketplace.resale.models import MarkupChange
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import tenants, wallet
from tests.factories.tenants import NOON

PERMISSIONS = ("customers.read",)


def publisher(*, name: str = "Paginia") -> Agency:
    """A tenant that makes apps."""
    tenant = tenants.agency(name=name)
    register(tenant)
    return tenant


def register(tenant: Agency) -> None:
    with scope.of_agency(tenant.id), transaction():
        publishing.register_publisher(name=tenant.name, email="apps@paginia.example", by=OPERATOR, now=NOON)


def app(of: Agency, *, name: str = "Página Lista", prices: tuple[AppPriceWish, ...] = (), **said: object) -> App:
    """A draft with its price list."""
    values = {
        "name": name,
        "tagline": "Landing pages in a minute",
        "description": "Writes and publishes pages.",
        "support_address": "help@paginia.example",
        "categories": ["websites"],
        "languages": ["es", "en"],
        "permissions": list(PERMISSIONS),
        "currency": "USD",
        "daily_limit": None,
        "monthly_limit": None,
    }
    with scope.of_agency(of.id), transaction():
        added = publishing.add_app(queries.publisher(), values | said, by=OPERATOR, now=NOON)
        for wish in prices:
            publishing.add_app_price(added, wish, by=OPERATOR, now=NOON)
    return added


def plan(code: str = "starter", amount: str = "20.00", *, trial_days: int = 0) -> AppPriceWish:
    return AppPriceWish(
        kind=AppPriceKind.RECURRING,
        code=code,
        name=code.capitalize(),
        amount=Decimal(amount),
        interval=Interval.MONTH,
        trial_days=trial_days,
    )


def usage(code: str = "pages", amount: str = "0.50") -> AppPriceWish:
    return AppPriceWish(kind=AppPriceKind.USAGE, code=code, name="Pages", amount=Decimal(amount), unit="page")


def dynamic(code: str = "words", lowest: str = "0.10", highest: str = "2.00") -> AppPriceWish:
    return AppPriceWish(
        kind=AppPriceKind.USAGE,
        code=code,
        name="Words",
        lowest=Decimal(lowest),
        highest=Decimal(highest),
        unit="text",
    )


def once(amount: str = "10.00") -> AppPriceWish:
    return AppPriceWish(kind=AppPriceKind.ONE_TIME, code="setup", name="Licence", amount=Decimal(amount))


def listed(*prices: AppPriceWish, percents: tuple[int, int, int] = (80, 15, 5), **said: object) -> App:
    """An app that was reviewed and is on the list."""
    draft = app(publisher(), prices=prices, **said)
    return approved(draft, percents=percents)


def approved(draft: App, *, percents: tuple[int, int, int] = (80, 15, 5)) -> App:
    with scope.of_agency(draft.publisher_id), transaction():
        found = session.get_one(App, draft.id)
        publishing.submit(found, by=OPERATOR, now=NOON)
        publishing.approve(found, percents=percents, by=OPERATOR, now=NOON)
        return found


def limited(of: App, daily: str) -> None:
    """By its publisher."""
    with scope.of_agency(of.publisher_id), transaction():
        publishing.change_app(session.get_one(App, of.id), {"daily_limit": limit(daily)}, by=OPERATOR, now=NOON)


def offered(at: Agency, of: App, *, markup: str = "1", own: dict[str, str] | None = None, **wish: object) -> AppOffer:
    """``own`` prices by the publisher's code of them."""
    with scope.of_agency(at.id), transaction():
        codes = {price.code: price.id for price in queries.app_prices(of.id)}
        prices = {codes[code]: Decimal(amount) for code, amount in (own or {}).items()}
        asked = OfferWish(markup=Decimal(markup), own_prices=prices, **wish)
        return set_offer(queries.app(of.id), asked, by=OPERATOR, now=NOON)


def price_of(app_id: UUID, code: str) -> AppPrice:
    return next(price for price in queries.app_prices(app_id) if price.code == code)


def installed(
    at: SubAccount,
    of: App,
    code: str | None = None,
    *,
    collection: Collection = Collection.WALLET,
    now: datetime = NOON,
    **wish: object,
) -> Install:
    with scope.of_agency(at.agency_id), transaction():
        price_id = price_of(of.id, code).id if code else None
        asked = InstallWish(
            sub_account=session.get_one(SubAccount, (at.agency_id, at.id)),
            app_id=of.id,
            permissions=frozenset(of.permissions),
            price_id=price_id,
            collection=collection,
            **wish,
        )
        return install(asked, by=OPERATOR, now=now)


def key_of(row: Install) -> str:
    """The text of the app's key to an install."""
    with scope.of_agency(row.agency_id, sub_account_id=row.sub_account_id), transaction():
        found = session.get_one(Install, (row.agency_id, row.id))
        return issue_key(found, session.get_one(App, row.app_id), by=OPERATOR, now=clock.wall())[1]


def funded(at: SubAccount, amount: str, *, now: datetime = NOON) -> None:
    with scope.of_agency(at.agency_id), transaction():
        wallet.topped_up(at, amount, now=now)


def wish(event_id: str = "run-1", quantity: str = "1", meter: str = "pages", **said: object) -> Usage:
    return Usage(event_id=event_id, meter=meter, quantity=Decimal(quantity), **said)


def limit(amount: str) -> Money:
    return Money.of(amount, "USD")


def walled(side) -> Install:
    """An app of the visited agency itself, which no other sees, at work for its first client."""
    if "install_id" in side.ids:
        with scope.of_agency(side.agency.id), transaction():
            return session.get_one(Install, (side.agency.id, side.ids["install_id"]))
    register(side.agency)
    draft = app(side.agency, name=f"{side.agency.name} app", prices=(usage(), plan("pro", trial_days=14)))
    listed_app = approved(draft)
    offered(side.agency, listed_app)
    row = installed(side.sub_account, listed_app, "pro")
    with scope.of_agency(side.agency.id), transaction():
        publishing.retire(session.get_one(App, draft.id), by=OPERATOR, now=NOON)
        side.ids["app_id"], side.ids["install_id"] = draft.id, row.id
        side.ids["app_price_id"] = price_of(draft.id, "pro").id
    return row


def app_id_of(side) -> UUID:
    return walled(side).app_id


def app_price_of(side) -> UUID:
    walled(side)
    return side.ids["app_price_id"]


def markup_change(side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        change = MarkupChange(markup=Decimal(2), made_at=NOON, made_by="Ana Ruiz")
        session.add(change)
        session.flush()
        return change.id


WALLED = {
    "markup_change_id": markup_change,
    "install_id": lambda side: walled(side).id,
    "app_id": app_id_of,
    "app_price_id": app_price_of,
}
