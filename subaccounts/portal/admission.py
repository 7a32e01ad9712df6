"""How an end customer is known at the door of a portal: a cookie for each portal, a session behind it.

Who they are is read as the application; from then on the request reads under the portal's own database role,
which sees the customers they were granted and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row, select, update

from agency.foundation import clock
from agency.foundation.access.admission import SAFE_METHODS
from agency.foundation.access.visitor import Visitor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.local_days import local_day
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, Scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.foundation.tokens import Token
from agency.tenants.branding import Brand
from agency.tenants.models import Agency, SubAccount
from subaccounts.portal import queries
from subaccounts.portal.models.identities import Identity, PortalSession
from subaccounts.portal.models.portals import Portal
from wallet.merchant_accounts.models import MerchantAccount

COOKIE = "portals"  # The signed cookie's part: the token of a session by the portal's address.
NEXT = "portals_next"
SignedIn = Row[PortalSession, Identity, Portal, SubAccount, Agency, TenantRoot, bool]
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
    takes_cards: bool = False

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
    address = queries.address_of(g.portal)
    scope.enter(Scope(agency_id=address.agency_id, sub_account_id=address.sub_account_id))
    with transaction():
        row = session.execute(
            select(Portal, SubAccount, Agency, TenantRoot)
            .join(SubAccount, (SubAccount.agency_id == Portal.agency_id) & (SubAccount.id == Portal.sub_account_id))
            .join(Agency, Agency.agency_id == Portal.agency_id)
            .join(TenantRoot, TenantRoot.agency_id == Portal.agency_id)
            .where(Portal.sub_account_id == address.sub_account_id)
        ).one()
        _show(row.Portal, row.SubAccount, row.Agency, row.TenantRoot)


def _show(
    portal: Portal, sub_account: SubAccount, agency: Agency, root: TenantRoot, *, takes_cards: bool = False
) -> None:
    clock.set_sandbox_time(root.sandbox_time)
    g.time_zone = sub_account.time_zone
    g.shown = Shown(
        slug=portal.slug,
        name=portal.name or sub_account.name,
        agency_id=agency.id,
        agency_slug=agency.slug,
        sub_account_id=sub_account.id,
        currency=sub_account.currency,
        country=sub_account.country,
        locale=sub_account.locale,
        time_zone=sub_account.time_zone,
        email=sub_account.email,
        takes_cards=takes_cards,
    )
    digest = portal.logo_digest
    logo_url = url_for("portal_entry.logo", digest=digest) if digest else None
    g.brand = Brand(name=g.shown.name, logo_url=logo_url, accent=portal.accent or agency.accent)


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
        row = _signed_in(token)
        if row is None:
            return None
        _show(row.Portal, row.SubAccount, row.Agency, row.TenantRoot, takes_cards=row.takes_cards)
        g.profiles = queries.profiles(row.Identity.id, today=g.shown.today)
        _note_seen(row.PortalSession)
        visitor = _visitor(row)
    session.remove()
    return visitor


def _signed_in(token: Token) -> SignedIn | None:
    takes_cards = (
        select(MerchantAccount.id)
        .where(
            MerchantAccount.agency_id == Portal.agency_id,
            MerchantAccount.sub_account_id == Portal.sub_account_id,
            MerchantAccount.retired_at.is_(None),
        )
        .exists()
    )
    return session.execute(
        select(PortalSession, Identity, Portal, SubAccount, Agency, TenantRoot, takes_cards.label("takes_cards"))
        .join(Identity, (Identity.agency_id == PortalSession.agency_id) & (Identity.id == PortalSession.identity_id))
        .join(
            Portal,
            (Portal.agency_id == PortalSession.agency_id) & (Portal.sub_account_id == PortalSession.sub_account_id),
        )
        .join(SubAccount, (SubAccount.agency_id == Portal.agency_id) & (SubAccount.id == Portal.sub_account_id))
        .join(Agency, Agency.agency_id == PortalSession.agency_id)
        .join(TenantRoot, TenantRoot.agency_id == PortalSession.agency_id)
        .where(
            PortalSession.digest == token.digest,
            PortalSession.ended_at.is_(None),
            PortalSession.expires_at > clock.wall(),
            Portal.slug == g.portal,
        )
    ).one_or_none()


def _note_seen(opened: PortalSession) -> None:
    now = clock.wall()
    if now - opened.last_seen_at >= SEEN_EVERY:
        session.execute(update(PortalSession).where(PortalSession.id == opened.id).values(last_seen_at=now))


def _visitor(row: SignedIn) -> Visitor:
    return Visitor(
        kind="portal",
        id=row.Identity.id,
        name=row.Identity.name,
        email=row.Identity.email,
        locale=row.Identity.locale,
        agency_id=g.shown.agency_id,
        agency_slug=g.shown.agency_slug,
        sign_in_id=row.PortalSession.id,
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
