"""Fills an empty platform: two agencies with a quarter behind them, or one empty sandbox."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import psycopg

from agency.demo.sample.api import Api
from agency.demo.sample.opening import Opened, add_person, open_with_key
from agency.demo.sample.quarter import WEEK, WEEKS, Quarter, said_of
from agency.demo.sample.shop import Publisher, Shop, open_publisher, pay_out, publish
from agency.demo.sample.told import Seeded, SignInTold
from agency.demo.sample.trade import GUEST
from agency.foundation import clock
from agency.foundation.database.addresses import for_driver
from agency.staff.roles import Role
from agency.tenants.operations.agencies import AgencyWish


class Somebody(NamedTuple):
    """``of``: a sub-account by its name, None: the agency itself."""

    email: str
    name: str
    role: Role
    locale: str
    of: str | None = None


LUMEN = AgencyWish(
    name="Lumen Studio",
    slug="lumen",
    country="US",
    currency="USD",
    time_zone="America/Chicago",
    locale="en",
    is_sandbox=True,
)
NORTE = AgencyWish(
    name="Norte Digital",
    slug="norte",
    country="MX",
    currency="MXN",
    time_zone="America/Mexico_City",
    locale="es",
    is_sandbox=True,
)
PEOPLE = {
    "lumen": [
        Somebody("ana@lumen.example", "Ana Ruiz", Role.OWNER, "en"),
        Somebody("ben@lumen.example", "Ben Okafor", Role.BILLING, "en"),
        Somebody("carla@dentalnorte.example", "Carla Méndez", Role.OWNER, "es", "Dental Norte"),
        Somebody("rosa@robinreed.example", "Rosa Reed", Role.OWNER, "en", "Robin & Reed Gifts"),
        Somebody("diego@dentalnorte.example", "Diego Paz", Role.VIEWER, "es", "Dental Norte"),
    ],
    "norte": [
        Somebody("sofia@norte.example", "Sofía Lara", Role.OWNER, "es"),
        Somebody("hugo@jacaranda.example", "Hugo Ortiz", Role.OWNER, "es", "Café Jacaranda"),
    ],
}
ACCENTS = {"lumen": "#5b3fd6", "norte": "#0f766e"}


@dataclass(frozen=True, slots=True)
class Agencies:
    """Open, with their clocks at the beginning of the quarter."""

    lumen: Opened
    norte: Opened
    publisher: Publisher
    began: datetime


def open_sandbox() -> Seeded:
    """One agency without anything, whose clock can be advanced."""
    wish = AgencyWish(
        name="Sandbox",
        country="US",
        currency="USD",
        time_zone="America/New_York",
        locale="en",
        is_sandbox=True,
    )
    now = clock.wall()
    opened = open_with_key(wish, now=now)
    owner = add_person(opened.agency, "owner@sandbox.example", "Sandbox Owner", Role.OWNER, locale="en", now=now)
    return Seeded(agency_id=opened.agency.public_id, agency_api_key=opened.key, people=[owner])


def open_agencies() -> Agencies:
    began = clock.wall() - WEEKS * WEEK
    lumen, norte = (open_with_key(wish, accent=ACCENTS[str(wish.slug)], now=began) for wish in (LUMEN, NORTE))
    return Agencies(lumen, norte, open_publisher(now=began), began)


def live_the_quarter(url: str, agencies: Agencies) -> list[Quarter]:
    """Both at once, each through its API; afterwards their clocks stand at the present."""
    publish(url, agencies.publisher, now=clock.wall())
    with ThreadPoolExecutor() as pool:
        lumen = pool.submit(_live, url, agencies.lumen, agencies.began, agencies.publisher)
        norte = pool.submit(_live, url, agencies.norte, agencies.began)
        quarters = [lumen.result(), norte.result()]
    pay_out(agencies.publisher, now=clock.wall())
    return quarters


def _live(url: str, opened: Opened, began: datetime, publisher: Publisher | None = None) -> Quarter:
    agency = opened.agency
    with Api(url, opened.key) as api:
        quarter = Quarter(api=api, began=began, currency=agency.currency, said=said_of(agency.slug))
        if publisher is not None:
            quarter.shop = Shop(api, api.with_key(publisher.opened.key), publisher.apps)
        quarter.live()
    return quarter


def go_live(owner_url: str, agencies: Agencies) -> None:
    """Lumen goes on by the real time; Norte stays a sandbox, so that its clock can be tried."""
    with psycopg.connect(for_driver(owner_url), autocommit=True) as owner:
        owner.execute(
            "UPDATE tenant_roots SET is_sandbox = false, sandbox_time = NULL WHERE agency_id = %s",
            (agencies.lumen.agency.id,),
        )


def tell(agencies: Agencies, quarters: Sequence[Quarter]) -> Seeded:
    """Let people in, and say who they are."""
    now, people = clock.wall(), list[SignInTold]()
    for opened, quarter in zip((agencies.lumen, agencies.norte), quarters, strict=True):
        agency = opened.agency
        for each in PEOPLE[agency.slug]:
            at = (quarter.ids[each.of], each.of) if each.of else None
            people.append(
                add_person(agency, each.email, each.name, each.role, locale=each.locale, now=now, sub_account=at)
            )
    people.append(agencies.publisher.person)
    trade = quarters[0].trade
    return Seeded(
        agency_id=agencies.lumen.agency.public_id,
        agency_api_key=agencies.lumen.key,
        people=people,
        portal_url=trade.portal_url if trade else None,
        portal_email=GUEST,
    )
