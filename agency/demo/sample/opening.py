"""What an operator does first: agencies with a clock of their own, their people, and a key for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agency.demo.sample.told import PASSWORD, SignInTold
from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.staff.operations.api_keys import create_api_key
from agency.staff.operations.memberships import grant_role
from agency.staff.operations.people import create_person
from agency.staff.roles import Role, scopes_at
from agency.tenants.models import Agency
from agency.tenants.operations.agencies import AgencyWish, change_agency, open_agency
from subaccounts.invoices.operations.selling import change_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    agency: Agency
    key: str


def open_with_key(
    wish: AgencyWish,
    *,
    accent: str | None = None,
    terms: Mapping[str, str] | None = None,
    scopes: Iterable[str] | None = None,
    now: datetime,
) -> Opened:
    """``terms`` stand on its documents; ``scopes`` are its key's, all that an agency may by default."""
    with scope.of_agency(ids.new_id()), transaction():
        agency = open_agency(wish, by=OPERATOR, now=now)
        if accent is not None:
            changes = {"accent": accent, "support_email": f"hello@{agency.slug}.example"}
            change_agency(agency, changes, by=OPERATOR, now=now)
        if terms is not None:
            change_terms(None, terms, by=OPERATOR, now=now)
        allowed = scopes_at(None) if scopes is None else frozenset(scopes)
        _row, key = create_api_key(name="Demo", scopes=allowed, by=OPERATOR, now=now)
        return Opened(agency=agency, key=key)


def add_person(
    agency: Agency,
    email: str,
    name: str,
    role: Role,
    *,
    locale: str,
    now: datetime,
    sub_account: tuple[str, str] | None = None,
) -> SignInTold:
    """Somebody of the agency, or of the sub-account given by its id and name."""
    at = ids.decode("sac", sub_account[0]) if sub_account else None
    with scope.of_agency(agency.id), transaction():
        person = create_person(email=email, name=name, locale=locale, password=PASSWORD, by=OPERATOR, now=now)
        grant_role(person=person, role=role, sub_account_id=at, by=OPERATOR, now=now)
    return SignInTold(email=email, what=f"{role} of {sub_account[1] if sub_account else agency.name}")
