"""How people and keys are known at the door of the console, the panel and the API."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import g, request
from flask_login import current_user
from sqlalchemy import Row, bindparam, select, update

from agency.foundation import clock
from agency.foundation.access.visitor import Visitor
from agency.foundation.database.session import move_scope, session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.foundation.tokens import Token
from agency.staff.models import KEY_PREFIX, ApiKey, Membership, Person, SignIn
from agency.staff.roles import VIEWING, permissions_of
from agency.tenants.models import Agency
from agency.tenants.queries import sub_account

# Built once: to build them anew takes longer than the database takes to answer.
SIGN_IN = (
    select(SignIn, Person, Agency, TenantRoot)
    .join(Person, (Person.agency_id == SignIn.agency_id) & (Person.id == SignIn.person_id))
    .join(Agency, Agency.agency_id == SignIn.agency_id)
    .join(TenantRoot, TenantRoot.agency_id == SignIn.agency_id)
    .where(
        SignIn.digest == bindparam("digest"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        SignIn.needs_code.is_(False),
    )
    .execution_options(prepared=True)
)
GRANTS = (
    select(Membership.sub_account_id, Membership.role)
    .where(Membership.person_id == bindparam("person_id"))
    .execution_options(prepared=True)
)
KEY = (
    select(ApiKey, Agency, TenantRoot)
    .join(Agency, Agency.agency_id == ApiKey.agency_id)
    .join(TenantRoot, TenantRoot.agency_id == ApiKey.agency_id)
    .where(ApiKey.digest == bindparam("digest"), ApiKey.revoked_at.is_(None))
    .execution_options(prepared=True)
)
SEEN_EVERY = timedelta(minutes=5)  # Not on every page: reading should not write.


def load_person(cookie: str) -> Visitor | None:
    """Flask-Login's question: whose sign-in does this cookie name? None when ended, expired or unfinished."""
    token = Token.read(cookie)
    if token is None:
        return None
    scope.enter(scope.Scope(agency_id=token.agency_id))
    found = session.execute(SIGN_IN, {"digest": token.digest, "now": clock.wall()}).one_or_none()
    if found is None:
        session.rollback()
        scope.leave()
        return None
    return _person(found, cookie)


def _person(found: Row[SignIn, Person, Agency, TenantRoot], cookie: str) -> Visitor:
    sign_in, person, agency, root = found
    _enter_agency(agency, root)
    rows = session.execute(GRANTS, {"person_id": person.id}).all()
    grants = {row.sub_account_id: permissions_of(row.role, row.sub_account_id) for row in rows}
    viewing = sign_in.viewing_sub_account_id
    if viewing is not None and "sub_accounts.view" in grants.get(None, frozenset()):
        grants[viewing] = VIEWING
    _note_seen(sign_in, now=clock.wall())
    return Visitor(
        kind="person",
        id=person.id,
        name=person.name,
        email=person.email,
        locale=person.locale,
        agency_id=agency.id,
        agency_slug=agency.slug,
        sign_in_id=sign_in.id,
        cookie=cookie,
        grants=grants,
        viewing=viewing,
        lacks_second_factor=agency.second_factor_required and not person.has_second_factor,
    )


def _note_seen(sign_in: SignIn, *, now: datetime) -> None:
    if now - sign_in.last_seen_at < SEEN_EVERY:
        return
    with transaction():
        session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(last_seen_at=now))


def _enter_agency(agency: Agency, root: TenantRoot) -> None:
    g.agency = agency
    g.time_zone = agency.time_zone
    g.place = None
    clock.set_sandbox_time(root.sandbox_time)


def admit_account() -> Visitor | None:
    """A person at their own pages."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001  # Werkzeug's own way to the object.


def admit_console() -> Visitor | None:
    """A person at an agency's address: their own, and they hold a role in it.

    A client's pages are in the client's zone, whose days begin its periods and stand on its documents.
    """
    visitor = admit_account()
    if visitor is not None and (g.agency_slug != visitor.agency_slug or None not in visitor.grants):
        raise NotFound
    client_id = (request.view_args or {}).get("sub_account_id")
    if visitor is not None and client_id is not None:
        g.time_zone = sub_account(client_id).time_zone
    return visitor


def admit_panel() -> Visitor | None:
    """A person at a sub-account's address, where they hold a role or look with its eyes."""
    visitor = admit_account()
    if visitor is None:
        return None
    if g.sub_account_id not in visitor.grants:
        raise NotFound
    _narrow(g.sub_account_id)
    return visitor


def _narrow(sub_account_id: UUID) -> None:
    move_scope(scope.narrowed(sub_account_id))
    g.place = sub_account_id
    g.sub_account = sub_account(sub_account_id)
    g.time_zone = g.sub_account.time_zone


def admit_api() -> Visitor | None:
    """A key in ``Authorization: Bearer``; a sub-account's, and an app's, narrows the scope to it."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    token = Token.read(text.strip().removeprefix(KEY_PREFIX)) if scheme.lower() == "bearer" else None
    if token is None:
        return None
    scope.enter(scope.Scope(agency_id=token.agency_id))
    found = session.execute(KEY, {"digest": token.digest}).one_or_none()
    if found is None:
        return None
    key, agency, root = found
    _enter_agency(agency, root)
    _note_used(key, now=clock.wall())
    if key.sub_account_id is not None:
        _narrow(key.sub_account_id)
    g.install_id = key.install_id
    return Visitor(
        kind="api_key" if key.install_id is None else "app_key",
        id=key.id,
        name=key.name,
        email="",
        locale=None,
        agency_id=agency.id,
        agency_slug=agency.slug,
        grants={key.sub_account_id: frozenset(key.scopes)},
    )


def _note_used(key: ApiKey, *, now: datetime) -> None:
    if key.last_used_at is not None and now - key.last_used_at < SEEN_EVERY:
        return
    with transaction():
        session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now))
