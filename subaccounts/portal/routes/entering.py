"""How somebody who proved who they are comes in to a portal, and leaves it."""

from dataclasses import replace
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.actor import Actor
from agency.foundation.tokens import Token
from agency.staff.rules import browser_name
from subaccounts.portal import queries
from subaccounts.portal.admission import COOKIE, NEXT
from subaccounts.portal.models.identities import Identity
from subaccounts.portal.operations.sessions import begin_session

ADDRESS_LIMIT = "30 per 15 minutes"  # A whole household may share one.
MAIL_LIMIT = "5 per 15 minutes"
CODE_LIMIT = "10 per 15 minutes"


def as_actor(identity: Identity) -> Actor:
    """An identity at the door, before it is a visitor."""
    return replace(nobody(identity.name), id=identity.id)


def nobody(name: str) -> Actor:
    """Somebody who is not known yet, by the name they gave."""
    return Actor(kind="portal", name=name, address=request.remote_addr, request_id=g.get("request_id"))


def let_in(identity_id: UUID) -> Token | None:
    """Begin a session in the transaction that spent the link; None when nothing is granted to them any more."""
    if not queries.is_let_in(identity_id, today=g.shown.today):
        return None
    identity = queries.identity(identity_id)
    browser = browser_name(request.user_agent.string)
    return begin_session(identity, browser=browser, by=as_actor(identity), now=clock.wall())


def welcome(token: Token | None) -> ResponseReturnValue:
    """Hand the browser its session, and show the page that was asked for before, or the profiles."""
    if token is None:
        flash(_("Your access to this portal has ended. Ask whoever gave it to you."), "warning")
        return redirect(url_for("portal_entry.show"))
    cookie[COOKIE] = {**cookie.get(COOKIE, {}), g.portal: str(token)}
    wanted = cookie.pop(NEXT, {}).get(g.portal)
    return redirect(wanted or url_for("portal_profiles.choose"))


def forget() -> None:
    """Empty this portal's part of the cookie; other portals' stay."""
    cookie[COOKIE] = {slug: token for slug, token in cookie.get(COOKIE, {}).items() if slug != g.portal}
