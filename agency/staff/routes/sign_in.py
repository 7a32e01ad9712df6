"""Signing in by password, and the second factor after either way."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter.util import get_remote_address
from flask_login import current_user

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.actor import Actor
from agency.foundation.config import Settings
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.foundation.limits import limiter, typed_email
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff import queries
from agency.staff.operations.second_factor import take_code
from agency.staff.operations.sign_ins import finish_sign_in, note_refused_sign_in
from agency.staff.recognition import Candidate, Recognised, known_by_address, recall, recognised_by_password
from agency.staff.routes.entering import (
    ADDRESS_LIMIT,
    PERSON_LIMIT,
    as_actor,
    come_in,
    end_former,
    enter_agency,
    forget_cookie,
    settle_visitor,
    welcome,
)
from agency.staff.rules import local_path
from agency.staff.schemas import ChoiceForm, CodeForm, SignInForm

CHOICE_KEPT = timedelta(minutes=10)

sign_in = outside("sign_in", __name__)
sign_in.before_request(settle_visitor)


class WrongSignIn(DomainError):
    status = 422
    message = _l("The e-mail or the password is not right.")


@sign_in.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@limiter.limit(PERSON_LIMIT, key_func=typed_email, methods=["POST"])
@public("The way in.")
def password() -> ResponseReturnValue:
    next_page = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(next_page or url_for("home.page"))
    form = Form(SignInForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            known = recognised_by_password(**wish)
            if not known:
                _note_refusal(wish["email"])
                raise WrongSignIn
            return _enter(known, next_page=next_page)
    settings: Settings = current_app.extensions["settings"]
    return form.page("agency/staff/sign_in.html", sign_up_allowed=settings.sign_up_allowed)


def _note_refusal(email: str) -> None:
    """Each agency that knows the address can see in its log that somebody tried it."""
    for known in known_by_address(email):
        with scope.of_agency(known.person.agency_id), transaction():
            by = Actor(kind="person", name=email, address=request.remote_addr, request_id=g.get("request_id"))
            note_refused_sign_in(known.person, by=by, now=clock.wall())


def _enter(known: list[Recognised], *, next_page: str | None) -> ResponseReturnValue:
    if len(known) == 1:
        return come_in(known[0].person, next_page=next_page)
    cookie["choices"] = {
        "until": (clock.wall() + CHOICE_KEPT).isoformat(),
        "people": [[str(one.person.agency_id), str(one.person.id)] for one in known],
        "next": next_page,
    }
    return redirect(url_for("sign_in.choose"))


@sign_in.route("/sign-in/agency", methods=["GET", "POST"])
@public("For whoever just gave the password; which people it opens stands in the signed cookie.")
def choose() -> ResponseReturnValue:
    """One address, one password, several agencies: which one?"""
    choices = _choices()
    if not choices:
        return redirect(url_for("sign_in.password"))
    form = Form(ChoiceForm())
    wish = form.load()
    if wish is not None and wish["agency"] in choices:
        return come_in(choices[wish["agency"]].person, next_page=cookie["choices"]["next"])
    agencies = [one.agency for one in choices.values()]
    return form.page("agency/staff/choose_agency.html", agencies=agencies)


def _choices() -> dict[UUID, Recognised]:
    kept = cookie.get("choices")
    if kept is None or datetime.fromisoformat(kept["until"]) < clock.wall():
        return {}
    pairs = [Candidate(UUID(agency_id), UUID(person_id)) for agency_id, person_id in kept["people"]]
    return {pair.agency_id: known for pair in pairs if (known := recall(pair)) is not None}


def unfinished_person() -> str:
    """Whose codes are being tried, whatever the machine."""
    return cookie.get("unfinished", {}).get("person") or get_remote_address()


@sign_in.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(PERSON_LIMIT, key_func=unfinished_person, methods=["POST"])
@public("Half-way in: the signed cookie names a sign-in that waits for its code.")
def code() -> ResponseReturnValue:
    kept = cookie.get("unfinished")
    token = Token.read(kept["token"]) if kept else None
    if kept is None or token is None:
        return redirect(url_for("sign_in.password"))
    enter_agency(token.agency_id)
    waiting = queries.unfinished_sign_in(token, clock.wall())
    if waiting is None:
        forget_cookie()
        flash(_("There was too much time before the code. Sign in again."), "warning")
        return redirect(url_for("sign_in.password"))
    form = Form(CodeForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            with transaction():
                person = queries.person(waiting.person_id)
                take_code(person, wish["code"], by=as_actor(person), now=clock.wall())
                finished = finish_sign_in(waiting, person, by=as_actor(person), now=clock.wall())
            return welcome(finished, next_page=kept["next"])
    return form.page("agency/staff/code.html")


@sign_in.post("/sign-out")
@public("Ends whatever sign-in the cookie names; without one there is nothing to end.")
def leave() -> ResponseReturnValue:
    end_former()
    forget_cookie()
    flash(_("You are signed out."), "success")
    return redirect(url_for("sign_in.password"))
