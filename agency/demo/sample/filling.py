"""Fills an empty platform: two agencies with a quarter behind them, or one empty sandbox."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg

from agency.demo.sample.api import Api
from agency.demo.sample.opening import Opened, add_person, open_with_key
from agency.demo.sample.people import let_in
from agency.demo.sample.quarter import WEEK, WEEKS, Quarter, said_of
from agency.demo.sample.shop import Publisher, Shop, open_publisher, pay_out, publish
from agency.demo.sample.told import Seeded
from agency.demo.sample.trade import GUEST
from agency.demo.sample.visits import Visits
from agency.foundation import clock
from agency.foundation.config import Settings
from agency.foundation.database.addresses import for_driver
from agency.staff.roles import Role
from agency.tenants.operations.agencies import AgencyWish

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
ACCENTS = {"lumen": "#5b3fd6", "norte": "#0f766e"}
TERMS = {
    "lumen": {
        "legal_name": "Lumen Studio LLC",
        "address": "600 Congress Ave, Suite 14\nAustin, TX 78701",
        "tax_id": "74-3018265",
    },
    "norte": {
        "legal_name": "Norte Digital S.A. de C.V.",
        "address": "Av. Constitución 411 Pte.\n64000 Monterrey, N.L., México",
        "tax_id": "NDI120615TX8",
    },
}


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
    lumen, norte = (
        open_with_key(wish, accent=ACCENTS[str(wish.slug)], terms=TERMS[str(wish.slug)], now=began)
        for wish in (LUMEN, NORTE)
    )
    return Agencies(lumen, norte, open_publisher(now=began), began)


def live_the_quarter(settings: Settings, programs: str, agencies: Agencies) -> Seeded:
    """Both at once, each through its API; afterwards their clocks stand at the present, and people are let in.

    ``programs``: where programs of the sample hear of its events.
    """
    url, visits = settings.base_url, Visits(settings, programs)
    publish(url, agencies.publisher, programs, now=clock.wall())
    people = let_in(agencies.publisher.opened.agency, {}, now=clock.wall())
    with ThreadPoolExecutor() as pool:
        decorated = pool.submit(visits.decorate, agencies.publisher)
        lumen = pool.submit(_live, url, programs, agencies.lumen, agencies.began, agencies.publisher)
        norte = pool.submit(_live, url, programs, agencies.norte, agencies.began)
        quarters = [lumen.result(), norte.result()]
        decorated.result()
    pay_out(agencies.publisher, now=clock.wall())
    for opened, quarter in zip((agencies.lumen, agencies.norte), quarters, strict=True):
        people += let_in(opened.agency, quarter.known, now=clock.wall())
    _visit(visits, quarters)
    trade = quarters[0].trade
    return Seeded(
        agency_id=agencies.lumen.agency.public_id,
        agency_api_key=agencies.lumen.key,
        people=people,
        portal=trade.portal if trade else None,
        portal_email=GUEST,
    )


def _visit(visits: Visits, quarters: Sequence[Quarter]) -> None:
    lumen, norte = quarters
    with ThreadPoolExecutor() as pool:
        done = [pool.submit(visits.run_the_agency, lumen), pool.submit(norte.end)]
        if lumen.trade is not None:
            done += [pool.submit(visits.run_the_shop, lumen.trade), pool.submit(visits.pay_at_the_portal, lumen.trade)]
    for each in done:
        each.result()
    lumen.end()


def _live(url: str, programs: str, opened: Opened, began: datetime, publisher: Publisher | None = None) -> Quarter:
    agency = opened.agency
    api = Api(url, opened.key)
    zone = ZoneInfo(agency.time_zone)
    quarter = Quarter(api=api, began=began, currency=agency.currency, zone=zone, said=said_of(agency.slug))
    quarter.known["programs"] = programs
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
