"""One's own pages in a portal: preferences, the address, where one is signed in."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import portal
from agency.foundation.access.marks import signed_in
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.limits import limiter
from subaccounts.customers.letters import choose_letters, wanted_letters
from subaccounts.customers.words import LETTERS
from subaccounts.portal import queries
from subaccounts.portal.admission import as_application
from subaccounts.portal.jobs import send_new_email_link
from subaccounts.portal.operations.preferences import change_preferences, refuse_own_email
from subaccounts.portal.operations.sessions import end_session, end_sessions
from subaccounts.portal.routes.entering import MAIL_LIMIT, forget
from subaccounts.portal.schemas import EmailForm, LettersForm, PreferencesForm

account = portal("portal_account", __name__)


@account.route("/account", methods=["GET", "POST"])
@signed_in
def preferences() -> ResponseReturnValue:
    form = Form(PreferencesForm(), initial=_kept())
    wish = form.load()
    if wish is not None:
        with as_application(), transaction():
            me = queries.identity(current_visitor().id)
            change_preferences(me, wish, by=current_actor(), now=clock.now())
        flash(_("Your changes are saved."), "success")
        return redirect(url_for(".preferences"))
    return form.page("subaccounts/portal/preferences.html")


def _kept() -> dict[str, Any]:
    with as_application(), transaction():
        me = queries.identity(current_visitor().id)
        return {"name": me.name, "locale": me.locale or g.shown.locale}


@account.route("/account/letters", methods=["GET", "POST"])
@signed_in
def letters() -> ResponseReturnValue:
    """Which letters about the bills they may open somebody wants; links and codes to sign in always come."""
    me, form = current_visitor(), Form(LettersForm())
    wish = form.load()
    if wish is not None:
        with as_application(), transaction():
            choose_letters(me.email, wish["wanted"], sub_account_id=g.shown.sub_account_id)
        flash(_("Your changes are saved."), "success")
        return redirect(url_for(".letters"))
    with as_application(), transaction():
        wanted = wanted_letters(me.email, sub_account_id=g.shown.sub_account_id)
    return form.page("subaccounts/portal/letters.html", wanted=wanted, kinds=LETTERS)


def my_id() -> str:
    """Whose account it is, for limits that count per person."""
    return str(current_visitor().id)


@account.route("/account/email", methods=["GET", "POST"])
@limiter.limit(MAIL_LIMIT, key_func=my_id, methods=["POST"])
@signed_in
def email() -> ResponseReturnValue:
    """The new address must prove itself: until its link comes back, the old one stays."""
    form = Form(EmailForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            with as_application(), transaction():
                me = queries.identity(current_visitor().id)
                refuse_own_email(me, wish["email"])
                send_new_email_link.later(link_id=str(ids.new_id()), identity_id=str(me.id), email=wish["email"])
            return render_template("subaccounts/portal/new_email_sent.html", email=wish["email"])
    return form.page("subaccounts/portal/email.html")


@account.get("/account/sign-ins")
@signed_in
def sign_ins() -> ResponseReturnValue:
    with as_application(), transaction():
        found = queries.sessions(current_visitor().id, clock.wall())
    this_one = current_visitor().sign_in_id
    return render_template("subaccounts/portal/sign_ins.html", sign_ins=found, this_one=this_one)


@account.post("/account/sign-ins/<id(pse):session_id>/end")
@signed_in
def end_one(session_id: UUID) -> ResponseReturnValue:
    with as_application(), transaction():
        end_session(session_id, current_visitor().id, by=current_actor(), now=clock.wall())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".sign_ins"))


@account.post("/account/sign-ins/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    visitor = current_visitor()
    with as_application(), transaction():
        count = end_sessions(visitor.id, but=visitor.sign_in_id, now=clock.wall())
    flash(ngettext("%(num)d other browser is signed out.", "%(num)d other browsers are signed out.", count), "success")
    return redirect(url_for(".sign_ins"))


@account.post("/sign-out")
@signed_in
def leave() -> ResponseReturnValue:
    visitor = current_visitor()
    with as_application(), transaction():
        if visitor.sign_in_id is not None:
            end_session(visitor.sign_in_id, visitor.id, by=current_actor(), now=clock.wall())
    forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for("portal_entry.show"))
