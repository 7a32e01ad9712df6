"""Links from mails, to sign in or to set a password. Opening one spends nothing: scanners of mail open them too."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.limits import limiter, typed_email
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff import queries
from agency.staff.jobs import send_link
from agency.staff.mails import mail_notice
from agency.staff.models import LinkPurpose, MailedLink
from agency.staff.operations.links import LinkSpent, spend_link
from agency.staff.operations.passwords import PASSWORD_SET, set_password
from agency.staff.operations.sign_ins import end_other_sign_ins
from agency.staff.recognition import Candidate, candidates
from agency.staff.routes.entering import ADDRESS_LIMIT, MAIL_LIMIT, as_actor, come_in, enter_agency, settle_visitor
from agency.staff.routes.sign_in import sign_in
from agency.staff.schemas import EmailForm, NewPasswordForm
from agency.tenants import queries as tenants

GONE = 410

passwords = outside("passwords", __name__)
passwords.before_request(settle_visitor)


@sign_in.route("/sign-in/link", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@limiter.limit(MAIL_LIMIT, key_func=typed_email, methods=["POST"])
@public("The way in for those who have no password at hand.")
def link() -> ResponseReturnValue:
    return _ask(LinkPurpose.SIGN_IN)


@passwords.route("/password/forgotten", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@limiter.limit(MAIL_LIMIT, key_func=typed_email, methods=["POST"])
@public("Who forgot their password cannot sign in to say so.")
def forgotten() -> ResponseReturnValue:
    return _ask(LinkPurpose.PASSWORD)


def _ask(purpose: LinkPurpose) -> ResponseReturnValue:
    """The same answer whether somebody has this address or nobody."""
    form = Form(EmailForm())
    wish = form.load()
    if wish is None:
        return form.page("agency/staff/ask_link.html", purpose=purpose)
    for known in candidates(wish["email"]):
        _promise(known, purpose)
    return render_template("agency/staff/link_sent.html", email=wish["email"], purpose=purpose)


def _promise(known: Candidate, purpose: LinkPurpose) -> None:
    with scope.of_agency(known.agency_id), transaction():
        send_link.later(link_id=str(ids.new_id()), person_id=str(known.person_id), purpose=purpose)


@sign_in.route("/sign-in/link/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("Whoever holds the link is let in by it, once, and only by pressing the button.")
def open_link(text: str) -> ResponseReturnValue:
    token, found = _found(text, LinkPurpose.SIGN_IN)
    if not found.is_open(clock.wall()):
        return _over(text)
    if request.method != "POST":
        return render_template("agency/staff/open_link.html", me=queries.person(found.person_id))
    try:
        with transaction():
            person = spend_link(token, LinkPurpose.SIGN_IN, now=clock.wall())
    except LinkSpent:
        return _over(text)
    return come_in(person)


@passwords.route("/password/new/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("Whoever holds the link may set the password, once.")
def reset(text: str) -> ResponseReturnValue:
    return choose_password(text, LinkPurpose.PASSWORD)


def choose_password(text: str, purpose: LinkPurpose) -> ResponseReturnValue:
    """The page behind a link by which its holder sets the password and comes in."""
    token, found = _found(text, purpose)
    if not found.is_open(clock.wall()):
        return _over(text)
    form = Form(NewPasswordForm())
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _reset(token, purpose, wish["new_password"])
    email = queries.person(found.person_id).email
    return form.page("agency/staff/reset_password.html", email=email, purpose=purpose)


def _reset(token: Token, purpose: LinkPurpose, password: str) -> ResponseReturnValue:
    now = clock.wall()
    with transaction():
        person = spend_link(token, purpose, now=now)
        set_password(person, password, by=as_actor(person), now=now)
        end_other_sign_ins(person, but=None, by=as_actor(person), now=now)
        mail_notice(PASSWORD_SET, person, agency=tenants.agency(), now=now)
    return come_in(person)


@sign_in.post("/sign-in/link/<text>/fresh")
@limiter.limit(MAIL_LIMIT)
@public("The link names a person, and only that person's own mailbox gets the fresh one.")
def fresh_link(text: str) -> ResponseReturnValue:
    _token, found = _found(text, None)
    with transaction():
        person = queries.person(found.person_id)
        send_link.later(link_id=str(ids.new_id()), person_id=str(person.id), purpose=found.purpose)
    return render_template("agency/staff/link_sent.html", email=None, purpose=found.purpose)


def _found(text: str, purpose: LinkPurpose | None) -> tuple[Token, MailedLink]:
    """Enter the agency of a link.

    Raises:
        NotFound: the link was never one of ours, or is for something else.
    """
    token = Token.read(text)
    if token is None:
        raise NotFound
    enter_agency(token.agency_id)
    found = queries.link_of(token)
    if found is None or purpose not in {None, found.purpose}:
        raise NotFound
    return token, found


def _over(text: str) -> ResponseReturnValue:
    return render_template("agency/staff/link_over.html", text=text), GONE
