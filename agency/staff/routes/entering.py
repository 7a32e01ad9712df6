"""How somebody who proved who they are comes in, and how they leave."""

from uuid import UUID

from flask import g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from agency.foundation import clock
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.actor import Actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.admission import load_person
from agency.staff.models import Person
from agency.staff.operations.sign_ins import SignInOver, begin_sign_in, end_sign_in
from agency.staff.rules import browser_name
from agency.tenants.models import Agency

ADDRESS_LIMIT = "30 per 15 minutes"  # A whole office may share one.
PERSON_LIMIT = "10 per 15 minutes"
MAIL_LIMIT = "5 per 15 minutes"


def settle_visitor() -> None:
    """Before a page for anybody: know who is signed in, then forget their tenant.

    Flask-Login reads the cookie when somebody first asks, which could be in the middle of another tenant's
    transaction; a page for anybody may touch several tenants, one after the other.
    """
    assert current_user.is_authenticated in {True, False}  # noqa: S101  # Asking is what makes it known.
    session.remove()
    scope.leave()


def enter_agency(agency_id: UUID) -> Agency:
    """Show the agency that a link names, and work in its scope for the rest of the request.

    Raises:
        NotFound: there is no such agency.
    """
    session.remove()
    scope.enter(scope.Scope(agency_id=agency_id))
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFound
    g.agency, g.time_zone = agency, agency.time_zone
    return agency


def as_actor(person: Person) -> Actor:
    """A person at the door, before they are a visitor."""
    return Actor(
        kind="person", id=person.id, name=person.name, address=request.remote_addr, request_id=g.get("request_id")
    )


def come_in(person: Person, *, next_page: str | None = None) -> ResponseReturnValue:
    """Begin a sign-in under a cookie that nobody could have set before; the second factor is asked for first."""
    session.remove()
    end_former()
    with scope.of_agency(person.agency_id), transaction():
        token = begin_sign_in(
            person,
            browser=browser_name(request.user_agent.string),
            by=as_actor(person),
            now=clock.wall(),
        )
    forget_cookie()
    if person.has_second_factor:
        cookie["unfinished"] = {"token": str(token), "person": str(person.id), "next": next_page}
        return redirect(url_for("sign_in.code"))
    return welcome(token, next_page=next_page)


def welcome(token: Token, *, next_page: str | None) -> ResponseReturnValue:
    """Hand the browser its sign-in, which is finished."""
    forget_cookie()
    login_user(load_person(str(token)))
    return redirect(next_page or url_for("home.page"))


def end_former() -> None:
    """End the sign-in that this browser had, whoever's it was."""
    if not current_user.is_authenticated:
        return
    visitor = current_visitor()
    if visitor.sign_in_id is None:
        return
    try:
        with scope.of_agency(visitor.agency_id), transaction():
            end_sign_in(visitor.sign_in_id, visitor.id, by=current_actor(), now=clock.wall())
    except SignInOver:
        return  # Ended from elsewhere in the meantime.


def forget_cookie() -> None:
    """Empty the browser's cookie but for the language, which is nobody's secret."""
    language = cookie.get("language")
    logout_user()
    cookie.clear()
    if language:
        cookie["language"] = language
