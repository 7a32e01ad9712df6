"""Accepting an invitation: whoever holds the mailed link proves that the address is theirs."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import Schema

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.actor import Actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.limits import limiter
from agency.foundation.schemas import FormSchema
from agency.foundation.tokens import Token
from agency.staff import queries
from agency.staff.models import Invitation, Person
from agency.staff.operations import invitations as operations
from agency.staff.operations.passwords import set_password
from agency.staff.operations.people import create_person
from agency.staff.roles import ROLE_NAMES
from agency.staff.routes.entering import ADDRESS_LIMIT, as_actor, come_in, enter_agency, settle_visitor
from agency.staff.schemas import NewPasswordForm, NewPersonForm
from agency.tenants import queries as tenants

GONE = 410

invitations = outside("invitations", __name__)
invitations.before_request(settle_visitor)


@invitations.route("/invitations/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("The link was mailed to whoever is invited.")
def accept(text: str) -> ResponseReturnValue:
    invitation = _found(text)
    if not invitation.is_open(clock.wall()):
        return render_template("agency/staff/invitation_over.html", invitation=invitation), GONE
    invited = queries.person_by_email(invitation.email)
    ask = _ask_of(invited)
    form = Form(SCHEMAS[ask]())
    wish = form.load()
    if wish is not None and ask != "sign_in":
        with form.catching():
            return _accept(invitation, invited, wish)
    return form.page(
        "agency/staff/invitation.html",
        invitation=invitation,
        ask=ask,
        role=ROLE_NAMES[invitation.role],
        sub_account=tenants.sub_account(invitation.sub_account_id) if invitation.sub_account_id else None,
        sign_in_url=url_for("sign_in.password", next=request.path),
    )


def _found(text: str) -> Invitation:
    token = Token.read(text)
    if token is None:
        raise NotFound
    enter_agency(token.agency_id)
    found = queries.invitation_of(token)
    if found is None:
        raise NotFound
    return found


# What is still needed of whoever accepts.
SCHEMAS: dict[str, type[Schema]] = {
    "nothing": FormSchema,
    "sign_in": FormSchema,
    "password": NewPasswordForm,
    "name_and_password": NewPersonForm,
}


def _ask_of(invited: Person | None) -> str:
    """Whoever has a password shows it by signing in: the mail alone does not open what they have already."""
    if invited is None:
        return "name_and_password"
    if current_user.is_authenticated and current_user.id == invited.id:
        return "nothing"
    return "password" if invited.password_hash is None else "sign_in"


def _accept(invitation: Invitation, invited: Person | None, wish: dict[str, Any]) -> ResponseReturnValue:
    now = clock.wall()
    signed_in = invited is not None and not wish
    with transaction():
        person = invited or _create(invitation, wish)
        if invited is not None and wish:
            set_password(person, wish["new_password"], by=as_actor(person), now=now)
        operations.accept(invitation, person, by=as_actor(person), now=now)
    flash(_("Welcome. You are on the team."), "success")
    return redirect(url_for("home.page")) if signed_in else come_in(person)


def _create(invitation: Invitation, wish: dict[str, Any]) -> Person:
    return create_person(
        email=invitation.email,
        name=wish["name"],
        locale=i18n.language(),
        password=wish["new_password"],
        by=Actor(kind="person", name=wish["name"], address=request.remote_addr),
        now=clock.wall(),
    )
