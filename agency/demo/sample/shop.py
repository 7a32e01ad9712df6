"""The marketplace of the sample: a publisher with three apps, and clients that install and use them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_FLOOR
from typing import Any

from agency.demo.sample.api import Api
from agency.demo.sample.data import DATA
from agency.demo.sample.opening import Opened, open_with_key
from agency.demo.sample.people import PAULA
from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.operations.agencies import AgencyWish
from marketplace.catalogue import queries
from marketplace.catalogue.operations.publishing import approve, register_publisher
from marketplace.installs.published import earned
from marketplace.payouts.operations import PayoutWish, record_payout

PAGINIA = AgencyWish(
    name="Paginia", slug="paginia", country="US", currency="USD", time_zone="America/New_York", locale="en"
)
SCOPES = ("apps.read", "apps.publish", "earnings.read", "webhooks.manage")

# What the agency asks itself for a price of an app, by the price's code.
OWN = {"studio": "59.00"}

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shelved:
    """An app on the list, with the ids of its prices by their codes."""

    id: str
    slug: str
    tagline: str
    permissions: list[str]
    prices: dict[str, str]


@dataclass(slots=True)
class Publisher:
    opened: Opened
    apps: dict[str, Shelved] = field(default_factory=dict)


def open_publisher(*, now: datetime) -> Publisher:
    """What an operator does: the tenant and its key."""
    opened = open_with_key(PAGINIA, scopes=SCOPES, now=now)
    with scope.of_agency(opened.agency.id), transaction():
        register_publisher(name=PAGINIA.name, email=PAULA, by=OPERATOR, now=now)
    return Publisher(opened)


def publish(url: str, publisher: Publisher, programs: str, *, now: datetime) -> None:
    """The publisher sends its apps for review, each with a program that hears of it; the operator lists them."""
    with Api(url, publisher.opened.key) as api:
        for said in json.loads((DATA / "apps.json").read_text(encoding="utf-8")):
            app = api.send("POST", "/apps", said["app"])["id"]
            prices = [api.send("POST", f"/apps/{app}/prices", price) for price in said["prices"]]
            api.send("POST", f"/apps/{app}/submission")
            endpoint = {"url": f"{programs}/{said['slug']}", "description": said["app"]["name"], "app_id": app}
            api.send("POST", "/webhook-endpoints", endpoint)
            publisher.apps[said["app"]["name"]] = Shelved(
                app,
                said["slug"],
                said["app"]["tagline"],
                said["app"]["permissions"],
                {price["code"]: price["id"] for price in prices},
            )
    with scope.of_agency(publisher.opened.agency.id), transaction():
        for shelved in publisher.apps.values():
            approve(queries.own_app(ids.decode("app", shelved.id)), by=OPERATOR, now=now)


def pay_out(publisher: Publisher, *, now: datetime) -> None:
    """What its apps brought before this month, sent on its first day."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with scope.of_agency(publisher.opened.agency.id), transaction():
        earlier = [row.developer for row in earned() if row.month < first and row.currency == PAGINIA.currency]
        amount = Money.sum(earlier, PAGINIA.currency).to_minor(ROUND_FLOOR)
        if amount:
            wish = PayoutWish(amount=amount, paid_on=first.date(), reference=f"ACH-{first:%Y%m}-0417")
            record_payout(wish, by=OPERATOR, now=now)


@dataclass(slots=True)
class Shop:
    """An agency's apps. ``using`` are the installs whose app charges by use, with each one's key."""

    agency: Api
    publisher: Api
    apps: Mapping[str, Shelved]
    using: list[tuple[str, Api, Said]] = field(default_factory=list)

    def offer(self) -> None:
        """Each for a quarter more than its publisher asks, but for the prices that the agency sets itself."""
        for shelved in self.apps.values():
            own = [{"price_id": shelved.prices[code], "amount": OWN[code]} for code in shelved.prices if code in OWN]
            self.agency.send("PUT", f"/apps/{shelved.id}/offer", {"markup": "1.25", "own_prices": own})

    def install(self, said: Said, sub_account: str) -> None:
        shelved = self.apps[said["app"]]
        wish: dict[str, object] = {"sub_account_id": sub_account, "app_id": shelved.id}
        if "price" in said:
            wish["price_id"] = shelved.prices[said["price"]]
        made = self.agency.send("POST", "/installs", wish | {"permissions": shelved.permissions})["id"]
        if "use" in said:
            key = self.publisher.send("POST", f"/installs/{made}/key")["key"]
            self.using.append((made, self.agency.with_key(key), said["use"]))

    def live_week(self, week: int) -> None:
        """Each app charges for what was used."""
        for install, app, use in self.using:
            app.send("POST", f"/installs/{install}/charges", {"event_id": f"week-{week}"} | dict(use))
