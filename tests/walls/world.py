"""Two agencies with everything a route can name, and every kind of visitor who might try it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff.models import ApiKey
from agency.staff.roles import AGENCY_ROLES, SUB_ACCOUNT_ROLES, Role
from agency.tenants.models import Agency, SubAccount
from tests.factories import staff, tenants

MARK = "Quetzal"  # Stands in every name of the visited agency; a stranger's answer must never hold it.
CLINIC = f"{MARK} Studio Clinic"
BAKERY = f"{MARK} Studio Bakery"


@dataclass
class Side:
    """One agency: its rows, and the ids that a route may ask for by the name of its parameter."""

    agency: Agency
    sub_account: SubAccount
    neighbour: SubAccount
    ids: dict[str, UUID | str] = field(default_factory=dict)


@dataclass
class Visitor:
    """``place`` is where they belong: None the agency, else a sub-account; strangers belong nowhere."""

    name: str
    client: FlaskClient
    headers: dict[str, str]
    kind: str
    side: Side | None = None
    place: SubAccount | None = None
    role: Role | None = None


def side(name: str, email: str) -> Side:
    agency = tenants.agency(name=name)
    first = tenants.sub_account(agency, name=f"{name} Clinic")
    second = tenants.sub_account(agency, name=f"{name} Bakery")
    built = Side(agency, first, second)
    built.ids |= {"agency_slug": agency.slug, "sub_account_id": first.id, "agency": agency.public_id}
    built.ids["person_id"] = staff.person(agency, email=email, name=f"{name} Member", role=Role.SUPPORT).id
    return built


def browser(app: Flask, who: object) -> tuple[FlaskClient, dict[str, str]]:
    """A signed-in browser and the header with which its forms are accepted."""
    client = app.test_client() if who is None else staff.signed_in(app, who)
    return client, form_header(app) | {"Accept": "text/html"}


def form_header(app: Flask) -> dict[str, str]:
    return {"X-CSRFToken": URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps("known")}


def arm(client: FlaskClient) -> None:
    """Let the browser's next form pass the guard, so that the walls themselves must refuse it."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "known"


def revoked_key(of: Side) -> str:
    key = staff.api_key(of.agency)
    with scope.of_agency(of.agency.id), transaction():
        newest = session.query(ApiKey).order_by(ApiKey.id.desc()).first()
        newest.revoked_at = newest.created_at
    return key


def visitors(app: Flask, home: Side, other: Side) -> list[Visitor]:
    """Everybody who is not entitled to all of ``home``'s first sub-account."""
    people: list[Callable[[], Visitor]] = [lambda: _person(app, "stranger", None)]
    found = [make() for make in people]
    for role in AGENCY_ROLES:
        found.append(_member(app, f"{role} of the agency", home, role))
        found.append(_member(app, f"{role} of another agency", other, role))
    for role in SUB_ACCOUNT_ROLES:
        found.append(_member(app, f"{role} of the sub-account", home, role, at=home.sub_account))
        found.append(_member(app, f"{role} of another sub-account", home, role, at=home.neighbour))
    found += [
        _key(app, "key of the agency", staff.api_key(home.agency), home),
        _key(app, "key without scopes", staff.api_key(home.agency, scopes=frozenset()), home),
        _key(app, "key of another agency", staff.api_key(other.agency), other),
        _key(app, "key of another sub-account", staff.api_key(home.agency, at=home.neighbour), home, home.neighbour),
        _key(app, "revoked key", revoked_key(home), None),
        _key(app, "forged key", staff.api_key(home.agency)[:-4] + "AAAA", None),
    ]
    return found


def _person(app: Flask, name: str, who: object) -> Visitor:
    client, headers = browser(app, who)
    return Visitor(name, client, headers, kind="person")


def _member(app: Flask, name: str, of: Side, role: Role, at: SubAccount | None = None) -> Visitor:
    email = f"{role}-{at.public_id if at else 'agency'}@example.com"
    visitor = _person(app, name, staff.person(of.agency, email=email, name="Visitor", role=role, at=at))
    visitor.side, visitor.place, visitor.role = of, at, role
    return visitor


def _key(app: Flask, name: str, key: str, of: Side | None, at: SubAccount | None = None) -> Visitor:
    return Visitor(name, app.test_client(), staff.bearer(key) | form_header(app), kind="key", side=of, place=at)
