"""The demo's tenants: two agencies whose walls can be seen, or one empty sandbox with its key."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from agency.demo import sample_wallets
from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.embedded.folder import write_private
from agency.foundation.tenancy import scope
from agency.staff.operations.api_keys import create_api_key
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role, scopes_at
from agency.tenants import queries
from agency.tenants.models import Agency, SubAccount
from agency.tenants.operations.agencies import AgencyWish, change_agency, open_agency
from agency.tenants.operations.sub_accounts import SubAccountWish, open_sub_account

PASSWORD = "cartera-demo-2026"  # noqa: S105  # Printed at every start, of sample people alone.


@dataclass(frozen=True, slots=True)
class SignInTold:
    email: str
    what: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a start tells; kept beside the data, so that a second start tells the same."""

    agency_id: str
    agency_api_key: str
    people: list[SignInTold] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        kept = json.loads(path.read_text())
        people = [SignInTold(**person) for person in kept.pop("people")]
        return cls(**kept, people=people)


def fill(path: Path, *, empty: bool) -> None:
    """Fill an empty database, and keep at ``path`` what it was filled with."""
    seeded = _sandbox() if empty else _two_agencies()
    write_private(path, json.dumps(asdict(seeded)))


def _sandbox() -> Seeded:
    wish = AgencyWish(
        name="Sandbox",
        country="US",
        currency="USD",
        time_zone="America/New_York",
        locale="en",
        is_sandbox=True,
    )
    now = clock.wall()
    with scope.of_agency(ids.new_id()), transaction():
        agency = open_agency(wish, by=OPERATOR, now=now)
        owner = _person("owner@sandbox.example", "Sandbox Owner", Role.OWNER, now=now)
        return Seeded(agency.public_id, _key(now=now), [owner])


def _two_agencies() -> Seeded:
    now = clock.wall()
    opened = now - sample_wallets.HISTORY
    with scope.of_agency(ids.new_id()), transaction():
        lumen = _lumen(opened)
    with scope.of_agency(ids.decode("agy", lumen.agency_id)):
        _live(now)
    with scope.of_agency(ids.new_id()), transaction():
        norte = _norte(opened)
    return Seeded(lumen.agency_id, lumen.agency_api_key, [*lumen.people, *norte.people])


def _live(now: datetime) -> None:
    """Each wallet has a past of its own."""
    with transaction():
        clients = {client.name: client for client in queries.every_sub_account()}
    sample_wallets.recharging(clients["Dental Norte"], now)
    sample_wallets.running_dry(clients["Riverside Yoga"], now)
    sample_wallets.paused(clients["Kibo Ramen"], now)
    sample_wallets.owing(clients["Atlas Fitness"], now)


def _lumen(now: datetime) -> Seeded:
    agency = _agency(
        "Lumen Studio", "lumen", "US", "USD", zone="America/Chicago", locale="en", accent="#5b3fd6", now=now
    )
    dental = _sub_account("Dental Norte", "US", "USD", "America/Chicago", "es", now=now)
    places = {
        "Riverside Yoga": "America/New_York",
        "Kibo Ramen": "America/Los_Angeles",
        "Atlas Fitness": "America/Chicago",
    }
    for name, zone in places.items():
        _sub_account(name, "US", "USD", zone, "en", now=now)
    people = [
        _person("ana@lumen.example", "Ana Ruiz", Role.OWNER, now=now),
        _person("ben@lumen.example", "Ben Okafor", Role.BILLING, now=now),
        _person("carla@dentalnorte.example", "Carla Méndez", Role.OWNER, at=dental, locale="es", now=now),
        _person("diego@dentalnorte.example", "Diego Paz", Role.VIEWER, at=dental, locale="es", now=now),
    ]
    return Seeded(agency.public_id, _key(now=now), people)


def _norte(now: datetime) -> Seeded:
    agency = _agency(
        "Norte Digital", "norte", "MX", "MXN", zone="America/Mexico_City", locale="es", accent="#0f766e", now=now
    )
    cafe = _sub_account("Café Jacaranda", "MX", "MXN", "America/Mexico_City", "es", now=now)
    _sub_account("Clínica Azul", "MX", "MXN", "America/Monterrey", "es", now=now)
    people = [
        _person("sofia@norte.example", "Sofía Lara", Role.OWNER, locale="es", now=now),
        _person("hugo@jacaranda.example", "Hugo Ortiz", Role.OWNER, at=cafe, locale="es", now=now),
    ]
    return Seeded(agency.public_id, _key(now=now), people)


def _agency(
    name: str, slug: str, country: str, currency: str, *, zone: str, locale: str, accent: str, now: datetime
) -> Agency:
    wish = AgencyWish(name=name, slug=slug, country=country, currency=currency, time_zone=zone, locale=locale)
    agency = open_agency(wish, by=OPERATOR, now=now)
    change_agency(agency, {"accent": accent, "support_email": f"hello@{slug}.example"}, by=OPERATOR, now=now)
    return agency


def _sub_account(name: str, country: str, currency: str, zone: str, locale: str, *, now: datetime) -> SubAccount:
    wish = SubAccountWish(name=name, country=country, currency=currency, time_zone=zone, locale=locale)
    return open_sub_account(wish, by=OPERATOR, now=now)


def _person(
    email: str, name: str, role: Role, *, at: SubAccount | None = None, locale: str = "en", now: datetime
) -> SignInTold:
    person = create_person(email=email, name=name, locale=locale, password=PASSWORD, by=OPERATOR, now=now)
    grant_role(person=person, role=role, sub_account_id=at.id if at else None, by=OPERATOR, now=now)
    return SignInTold(email, f"{role} of {at.name if at else 'the agency'}")


def _key(*, now: datetime) -> str:
    _row, key = create_api_key(name="Demo", scopes=scopes_at(None), by=OPERATOR, now=now)
    return key
