"""Links from mails. Opening one spends nothing, because scanners of mail open them too: a person presses a button."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import portal_door
from agency.foundation.access.marks import public
from agency.foundation.database.session import transaction
from agency.foundation.limits import limiter
from agency.foundation.tokens import Token
from subaccounts.portal import queries
from subaccounts.portal.admission import enter_portal
from subaccounts.portal.jobs import send_portal_link
from subaccounts.portal.links import WAYS_IN, PortalLinkOver, spend_link
from subaccounts.portal.models.identities import LinkPurpose, PortalLink
from subaccounts.portal.operations.preferences import EmailInUse, prove_new_email
from subaccounts.portal.routes.entering import ADDRESS_LIMIT, MAIL_LIMIT, as_actor, let_in, welcome

GONE = 410

links = portal_door("portal_links", __name__)
links.before_request(enter_portal)


@links.route("/link/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("Whoever holds the link is let in by it, once, and only by pressing the button.")
def open_link(text: str) -> ResponseReturnValue:
    token, found = _found(text)
    if token is None or found is None or found.purpose not in WAYS_IN or not found.is_open(clock.wall()):
        return _over(text, found)
    if request.method != "POST":
        return render_template("subaccounts/portal/open_link.html", link=found, me=queries.identity(found.identity_id))
    try:
        with transaction():
            session_token = let_in(spend_link(token, WAYS_IN, now=clock.wall()).identity_id)
    except PortalLinkOver:
        return _over(text, found)
    return welcome(session_token)


@links.post("/link/<text>/fresh")
@limiter.limit(ADDRESS_LIMIT)
@limiter.limit(MAIL_LIMIT, key_func=lambda: str(request.path))
@public("The link names somebody, and only their own mailbox gets the fresh one.")
def fresh(text: str) -> ResponseReturnValue:
    _token, found = _found(text)
    if found is None or found.purpose not in WAYS_IN:
        return _over(text, None)
    with transaction():
        send_portal_link.later(
            link_id=str(ids.new_id()),
            sub_account_id=str(g.shown.sub_account_id),
            email=queries.identity(found.identity_id).email,
            purpose=LinkPurpose.SIGN_IN.value,
        )
    return render_template("subaccounts/portal/fresh_sent.html")


@links.route("/new-email/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("The link proves that its holder reads the new address; it lets nobody in.")
def prove_email(text: str) -> ResponseReturnValue:
    token, found = _found(text)
    is_ours = found is not None and found.purpose is LinkPurpose.NEW_EMAIL
    if token is None or found is None or not is_ours or not found.is_open(clock.wall()):
        return _over(text, None)
    if request.method != "POST":
        return render_template("subaccounts/portal/prove_email.html", link=found)
    try:
        with transaction():
            link = spend_link(token, (LinkPurpose.NEW_EMAIL,), now=clock.wall())
            identity = queries.identity(link.identity_id)
            prove_new_email(identity, link.email, by=as_actor(identity), now=clock.now())
    except (PortalLinkOver, EmailInUse) as refusal:
        flash(str(refusal), "critical")
        return redirect(url_for("portal_entry.show"))
    flash(_("Your new address is %(email)s. Sign in with it from now on.", email=link.email), "success")
    return redirect(url_for("portal_entry.show"))


def _found(text: str) -> tuple[Token | None, PortalLink | None]:
    """Another portal's link, and one that never was, are nothing here."""
    token = Token.read(text)
    if token is None or token.agency_id != g.shown.agency_id:
        return None, None
    return token, queries.link_of(token, g.shown.sub_account_id)


def _over(text: str, found: PortalLink | None) -> ResponseReturnValue:
    can_refresh = found is not None and found.purpose in WAYS_IN
    return render_template("subaccounts/portal/link_over.html", text=text, can_refresh=can_refresh), GONE
