from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.admission import KEY_PREFIX
from agency.staff.models import ApiKey, Membership, Person, SignIn
from agency.staff.passwords import hash_password
from agency.staff.roles import Role, scopes_at
from agency.tenants.models import Agency, SubAccount

PASSWORD = "correct horse battery"


def person(
    of: Agency,
    *,
    email: str = "ana@lumen.example",
    name: str = "Ana Ruiz",
    role: Role | None = Role.OWNER,
    at: SubAccount | None = None,
    locale: str | None = "en",
    password: str | None = None,
) -> Person:
    """Somebody with a role in the agency, or with ``at`` in a sub-account's panel; ``role=None`` gives none."""
    with scope.of_agency(of.id), transaction():
        added = Person(
            email=email,
            name=name,
            locale=locale,
            password_hash=hash_password(password) if password else None,
            created_at=clock.wall(),
        )
        session.add(added)
        session.flush()
        if role is not None:
            session.add(
                Membership(
                    person_id=added.id,
                    sub_account_id=at.id if at else None,
                    role=role,
                    created_at=clock.wall(),
                )
            )
    return added


def sign_in(who: Person) -> Token:
    """A browser's sign-in, as its cookie names it."""
    token = Token.issue(who.agency_id)
    now = clock.wall()
    with scope.of_agency(who.agency_id), transaction():
        session.add(
            SignIn(
                person_id=who.id,
                digest=token.digest,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=1),
                browser="Tests",
            )
        )
    return token


def signed_in(app: Flask, who: Person) -> FlaskClient:
    """A browser in which the person is signed in."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = str(sign_in(who))
        cookie["_fresh"] = True
    return client


def api_key(of: Agency, *, at: SubAccount | None = None, scopes: frozenset[str] | None = None) -> str:
    """The text of a key with every scope of its place, or with those given."""
    token = Token.issue(of.id)
    with scope.of_agency(of.id), transaction():
        session.add(
            ApiKey(
                name="Tests",
                sub_account_id=at.id if at else None,
                scopes=sorted(scopes if scopes is not None else scopes_at(at)),
                digest=token.digest,
                hint=token.secret[-4:],
                created_by="Tests",
                created_at=clock.wall(),
            )
        )
    return f"{KEY_PREFIX}{token}"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept": "application/json"}
