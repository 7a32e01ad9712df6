"""Who works in the sample, and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from agency.demo.sample.opening import add_person
from agency.demo.sample.told import SignInTold
from agency.staff.roles import Role
from agency.tenants.models import Agency


class Somebody(NamedTuple):
    """``of``: a sub-account by its name, None: the agency itself."""

    email: str
    name: str
    role: Role
    locale: str
    of: str | None = None


ANA, PAULA, ROSA = "ana@lumen.example", "paula@paginia.example", "rosa@robinreed.example"
PEOPLE = {
    "lumen": [
        Somebody(ANA, "Ana Ruiz", Role.OWNER, "en"),
        Somebody("ben@lumen.example", "Ben Okafor", Role.BILLING, "en"),
        Somebody("mia@lumen.example", "Mia Castle", Role.ADMIN, "en"),
        Somebody("theo@lumen.example", "Theo Marsh", Role.SUPPORT, "en"),
        Somebody("iris@lumen.example", "Iris Vance", Role.READ_ONLY, "en"),
        Somebody("carla@dentalnorte.example", "Carla Méndez", Role.OWNER, "es", "Dental Norte"),
        Somebody("elena@dentalnorte.example", "Elena Mora", Role.BILLING, "es", "Dental Norte"),
        Somebody("diego@dentalnorte.example", "Diego Paz", Role.VIEWER, "es", "Dental Norte"),
        Somebody(ROSA, "Rosa Reed", Role.OWNER, "en", "Robin & Reed Gifts"),
        Somebody("finn@robinreed.example", "Finn Reed", Role.BILLING, "en", "Robin & Reed Gifts"),
    ],
    "norte": [
        Somebody("sofia@norte.example", "Sofía Lara", Role.OWNER, "es"),
        Somebody("pablo@norte.example", "Pablo Nieto", Role.BILLING, "es"),
        Somebody("lidia@norte.example", "Lidia Campos", Role.SUPPORT, "es"),
        Somebody("hugo@jacaranda.example", "Hugo Ortiz", Role.OWNER, "es", "Café Jacaranda"),
        Somebody("vera@jacaranda.example", "Vera Sol", Role.VIEWER, "es", "Café Jacaranda"),
    ],
    "paginia": [
        Somebody(PAULA, "Paula Gil", Role.PUBLISHER, "es"),
        Somebody("nico@paginia.example", "Nico Prat", Role.DEVELOPER, "es"),
        Somebody("olga@paginia.example", "Olga Serra", Role.ACCOUNTING, "es"),
    ],
}
# Who runs a place; the others are found on its page of the team, and sign in alike.
PRINTED = (Role.OWNER, Role.PUBLISHER)


def let_in(agency: Agency, ids: Mapping[str, str], *, now: datetime) -> list[SignInTold]:
    """Give an agency its people; ``ids`` are those of its sub-accounts by their names. Comes with whom to print."""
    told = []
    for each in PEOPLE[agency.slug]:
        at = (ids[each.of], each.of) if each.of else None
        said = add_person(agency, each.email, each.name, each.role, locale=each.locale, now=now, sub_account=at)
        if each.role in PRINTED:
            told.append(said)
    return told
