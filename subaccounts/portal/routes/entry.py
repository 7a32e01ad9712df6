"""The way in: existing clients get a mailed link or its code, new ones ask staff to be let in."""

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import portal_door
from agency.foundation.access.marks import public
from agency.foundation.config import Settings
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.limits import limiter, typed_email
from agency.foundation.static_files import YEAR_SECONDS
from agency.foundation.tokens import Token
from agency.staff.rules import local_path, path_of
from subaccounts.portal import queries
from subaccounts.portal.admission import COOKIE, enter_portal
from subaccounts.portal.jobs import send_portal_link
from subaccounts.portal.links import WAYS_IN, WrongCode, spend_code
from subaccounts.portal.models.identities import LinkPurpose
from subaccounts.portal.operations.preferences import change_preferences
from subaccounts.portal.operations.requests import ask_for_access
from subaccounts.portal.routes.entering import ADDRESS_LIMIT, CODE_LIMIT, MAIL_LIMIT, as_actor, let_in, nobody, welcome
from subaccounts.portal.rules import plain_digits
from subaccounts.portal.schemas import CodeForm, EmailForm, LanguageForm, NewClientForm

ASKED = "portal_asked"  # Which address the last link was asked for, by portal.

entry = portal_door("portal_entry", __name__)
entry.before_request(enter_portal)


@entry.app_context_processor
def at_portal() -> dict[str, object]:
    """What the frame of every page at a portal's address needs, pages of refusal included."""
    if "shown" not in g:
        return {}
    return {
        "shown": g.shown,
        "profile": g.get("profile"),
        "profiles_count": len(g.get("profiles", ())),
        "home_url": url_for("portal_entry.show"),
        "language_url": url_for("portal_entry.language"),
        "sign_out_url": url_for("portal_account.leave"),
    }


@entry.get("/")
@public("A sub-account's customers find their way in here.")
def show() -> ResponseReturnValue:
    if g.portal in cookie.get(COOKIE, {}):
        return redirect(url_for("portal_profiles.choose"))
    return render_template("subaccounts/portal/entry.html")


@entry.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@limiter.limit(MAIL_LIMIT, key_func=typed_email, methods=["POST"])
@public("The way in.")
def sign_in() -> ResponseReturnValue:
    """The same answer, and the same work, whether somebody has this address or nobody."""
    form = Form(EmailForm())
    wish = form.load()
    if wish is None:
        return form.page("subaccounts/portal/sign_in.html")
    send_link_to(wish["email"])
    return redirect(url_for(".check_email"))


def send_link_to(email: str) -> None:
    """Let a worker find out whose address it is."""
    with transaction():
        send_portal_link.later(
            link_id=str(ids.new_id()),
            sub_account_id=str(g.shown.sub_account_id),
            email=email,
            purpose=LinkPurpose.SIGN_IN.value,
        )
    cookie[ASKED] = {g.portal: email}


def asked_email() -> str:
    """Whose codes are being tried, whatever the machine."""
    return str(cookie.get(ASKED, {}).get(g.portal) or get_remote_address())


@entry.route("/check-your-email", methods=["GET", "POST"])
@limiter.limit(CODE_LIMIT, key_func=asked_email, methods=["POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("The code beside a mailed link lets in as the link does.")
def check_email() -> ResponseReturnValue:
    email = cookie.get(ASKED, {}).get(g.portal)
    if email is None:
        return redirect(url_for(".sign_in"))
    form = Form(CodeForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _enter_by_code(email, plain_digits(wish["code"]))
    settings: Settings = current_app.extensions["settings"]
    return form.page("subaccounts/portal/check_email.html", email=email, mail_from=settings.mail_from)


def _enter_by_code(email: str, code: str) -> ResponseReturnValue:
    """Raises WrongCode: after the try was counted."""
    with transaction():
        identity = queries.identity_by_email(g.shown.sub_account_id, email)
        link = spend_code(identity.id, code, WAYS_IN, now=clock.wall()) if identity else None
        token = let_in(link.identity_id) if link else None
    if link is None:
        raise WrongCode
    cookie.pop(ASKED, None)
    return welcome(token)


@entry.post("/check-your-email/again")
@limiter.limit(MAIL_LIMIT, key_func=asked_email)
@public("Sends to the address that this browser just typed, if it is known.")
def send_again() -> ResponseReturnValue:
    email = cookie.get(ASKED, {}).get(g.portal)
    if email is None:
        return redirect(url_for(".sign_in"))
    send_link_to(email)
    flash(_("If the address is known here, a fresh e-mail is on its way."), "success")
    return redirect(url_for(".check_email"))


@entry.route("/new-client", methods=["GET", "POST"])
@limiter.limit(MAIL_LIMIT, methods=["POST"])
@public("Who is not a client yet cannot sign in to say so.")
def new_client() -> ResponseReturnValue:
    form = Form(NewClientForm())
    wish = form.load()
    if wish is None:
        return form.page("subaccounts/portal/new_client.html")
    with transaction():
        ask_for_access(g.shown.sub_account_id, **wish, by=nobody(wish["name"]), now=clock.now())
    return render_template("subaccounts/portal/asked.html", email=wish["email"])


@entry.post("/language")
@public("Everybody reads a language, signed in or not.")
def language() -> ResponseReturnValue:
    wish = Form(LanguageForm()).load()
    if wish is not None:
        cookie["language"] = wish["language"]
        _keep_with_identity(wish["language"])
    return redirect(local_path(path_of(request.referrer or "")) or url_for(".show"))


def _keep_with_identity(code: str) -> None:
    """Whoever is signed in to this portal in the browser reads it from now on, and in letters too."""
    token = Token.read(cookie.get(COOKIE, {}).get(g.portal, ""))
    if token is None:
        return
    with transaction():
        identity = queries.signed_in_identity(token, g.shown.sub_account_id, clock.wall())
        if identity is not None:
            change_preferences(identity, {"locale": code}, by=as_actor(identity), now=clock.now())


@entry.get("/logo/<digest>")
@public("The way in and the mails show the logo to people who are not signed in.")
def logo(digest: str) -> Response:
    with transaction():
        png = queries.logo(digest)
    if png is None:
        raise NotFound
    response = Response(png, mimetype="image/png")
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = YEAR_SECONDS
    return response
