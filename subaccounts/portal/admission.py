"""How an end customer is known at the door of a portal: a cookie for each portal, a session behind it.

Who they are is read as the application; from then on the request reads under the portal's own database role,
which sees the customers they were granted and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row, update

from agency.foundation import clock
from agency.foundation.access.admission import SAFE_METHODS
from agency.foundation.access.visitor import Visitor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.local_days import local_day
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, Scope
from agency.foundation.tokens import Token
from agency.tenants.branding import Brand
from subaccounts.portal import faces, queries
from subaccounts.portal.models.identities import PortalSession

COOKIE = "portals"  # The signed cookie's part: the token of a session by the portal's address.
NEXT = "portals_next"
Face = Row[Any]  # As ``faces.FACE`` selects it, and ``faces.signed_in`` with whose session it is.
BILLING = "portal.billing"
SEEN_EVERY = timedelta(minutes=5)  # Not on every page: reading should not write.


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The portal at hand, as plain values: rows would be read again under a role that may not."""

    slug: str
    name: str
    agency_id: UUID
    agency_slug: str
    sub_account_id: UUID
    currency: str
    country: str
    locale: str
    time_zone: str
    email: str | None
    takes_cards: bool

    @property
    def today(self) -> date:
        """The seller's own day, by business time."""
        return local_day(clock.now(), ZoneInfo(self.time_zone))


def enter_portal() -> None:
    """Before a page for anybody: whose portal this is, in whose scope the rest of the request works.

    Whoever is signed in as staff in this browser is nobody here.

    Raises:
        NotFound: no portal has this address.
    """
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001  # Where Flask-Login keeps both.
    address = faces.address_of(g.portal)
    scope.enter(Scope(agency_id=address.agency_id, sub_account_id=address.sub_account_id))
    with transaction():
        _show(faces.face(address.sub_account_id))


def _show(face: Face) -> None:
    clock.set_sandbox_time(face.sandbox_time)
    g.time_zone = face.time_zone
    g.shown = Shown(**{each.name: getattr(face, each.name) for each in fields(Shown)})
    logo_url = url_for("portal_entry.logo", digest=face.logo_digest) if face.logo_digest else None
    g.brand = Brand(name=face.name, logo_url=logo_url, accent=face.accent)


def admit_portal() -> Visitor | None:
    """Somebody at their own pages: every customer they were granted may be read."""
    found = _recognised()
    if found is None:
        return None
    scope.enter(_reading(tuple(g.profiles)))
    return found


def admit_profile() -> Visitor | None:
    """Somebody at one customer's pages: that customer alone may be read.

    Raises:
        NotFound: the customer is none of theirs today.
    """
    found = _recognised()
    if found is None:
        return None
    if g.profile_id not in g.profiles:
        raise NotFound
    g.place = g.profile_id
    g.profile = g.profiles[g.profile_id]
    scope.enter(_reading((g.profile_id,)))
    return found


def _reading(customer_ids: tuple[UUID, ...]) -> Scope:
    return Scope(
        agency_id=g.shown.agency_id,
        sub_account_id=g.shown.sub_account_id,
        customer_ids=customer_ids,
        role=Role.PORTAL,
    )


def _recognised() -> Visitor | None:
    token = Token.read(cookie.get(COOKIE, {}).get(g.portal, ""))
    if token is None:
        return None
    scope.enter(Scope(agency_id=token.agency_id))
    with transaction():
        found = faces.signed_in(token, g.portal, now=clock.wall())
        if found is None:
            return None
        _show(found)
        g.profiles = queries.profiles(found.identity_id, today=g.shown.today)
        _note_seen(found)
    session.remove()
    return _visitor(found)


def _note_seen(found: Face) -> None:
    now = clock.wall()
    if now - found.last_seen_at >= SEEN_EVERY:
        session.execute(update(PortalSession).where(PortalSession.id == found.session_id).values(last_seen_at=now))


def _visitor(found: Face) -> Visitor:
    return Visitor(
        kind="portal",
        id=found.identity_id,
        name=found.identity_name,
        email=found.identity_email,
        locale=found.identity_locale,
        agency_id=found.agency_id,
        agency_slug=found.agency_slug,
        sign_in_id=found.session_id,
        grants={profile_id: frozenset({BILLING}) for profile_id in g.profiles},
    )


def turn_away() -> ResponseReturnValue:
    """Nobody is signed in to this portal: to its way in, and back to the same page afterwards.

    What was sent by a form is not done later by itself, and the person is told.
    """
    scope.leave()
    if request.method in SAFE_METHODS:
        _come_back_to(request.full_path.rstrip("?"))
    else:
        flash(_("Your sign-in had ended, so nothing was done. Sign in and try again."), "warning")
        profile_id = g.get("profile_id")
        if profile_id is not None:
            _come_back_to(url_for("portal_billing.overview", profile_id=profile_id))
    return redirect(url_for("portal_entry.sign_in"))


def _come_back_to(path: str) -> None:
    cookie[NEXT] = {g.portal: path}


@contextmanager
def as_application() -> Iterator[None]:
    """A write of the portal: outside the reading transaction, as the application, then back to reading.

    The operations that may stand inside are listed in ``tests/subaccounts/portal/test_writes.py``.
    """
    reading = scope.current()
    session.remove()
    try:
        with scope.scoped(replace(reading, customer_ids=(), role=Role.APPLICATION)):
            yield
    finally:
        session.remove()
