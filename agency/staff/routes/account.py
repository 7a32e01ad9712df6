"""A person's own pages: name and language, password, where they are signed in."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from agency.foundation import clock
from agency.foundation.access import blueprints
from agency.foundation.access.marks import signed_in
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.limits import limiter
from agency.staff import queries
from agency.staff.mails import mail_notice
from agency.staff.models import Person
from agency.staff.operations.passwords import PASSWORD_SET, prove_password, set_password
from agency.staff.operations.people import change_person
from agency.staff.operations.sign_ins import end_other_sign_ins, end_sign_in
from agency.staff.routes.entering import PERSON_LIMIT
from agency.staff.schemas import PasswordChangeForm, ProfileForm
from agency.tenants import queries as tenants

account = blueprints.account("account", __name__)


def me() -> Person:
    return queries.person(current_visitor().id)


def my_id() -> str:
    """Whose account it is, for limits that count per person."""
    return str(current_visitor().id)


@account.route("/account", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    person = me()
    form = Form(ProfileForm(), initial={"name": person.name, "locale": person.locale or "en"})
    wish = form.load()
    if wish is not None:
        with transaction():
            change_person(person, wish, by=current_actor(), now=clock.wall())
        flash(_("Your changes are saved."), "success")
        return redirect(url_for("account.profile"))
    return form.page("agency/staff/account_profile.html", me=person)


@account.route("/account/password", methods=["GET", "POST"])
@limiter.limit(PERSON_LIMIT, key_func=my_id, methods=["POST"])
@signed_in
def password() -> ResponseReturnValue:
    person = me()
    form = Form(PasswordChangeForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _change_password(person, **wish)
    return form.page("agency/staff/account_password.html", me=person)


def _change_password(person: Person, *, current_password: str, new_password: str) -> ResponseReturnValue:
    """Whoever knew the former password is out with it."""
    by, now = current_actor(), clock.wall()
    prove_password(person, current_password)
    with transaction():
        set_password(person, new_password, by=by, now=now)
        end_other_sign_ins(person, but=current_visitor().sign_in_id, by=by, now=now)
        mail_notice(PASSWORD_SET, person, agency=tenants.agency(), now=now)
    flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return redirect(url_for("account.password"))


@account.get("/account/sign-ins")
@signed_in
def sign_ins() -> ResponseReturnValue:
    visitor = current_visitor()
    found = queries.sign_ins(visitor.id, clock.wall())
    return render_template("agency/staff/account_sign_ins.html", sign_ins=found, this_one=visitor.sign_in_id)


@account.post("/account/sign-ins/<id(sgn):sign_in_id>/end")
@signed_in
def end_one(sign_in_id: UUID) -> ResponseReturnValue:
    with transaction():
        end_sign_in(sign_in_id, current_visitor().id, by=current_actor(), now=clock.wall())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("account.sign_ins"))


@account.post("/account/sign-ins/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    with transaction():
        count = end_other_sign_ins(me(), but=current_visitor().sign_in_id, by=current_actor(), now=clock.wall())
    flash(ngettext("%(num)d other browser is signed out.", "%(num)d other browsers are signed out.", count), "success")
    return redirect(url_for("account.sign_ins"))
