"""Looking at a sub-account with its eyes: read-only, for as long as one does not leave, and written down."""

from dataclasses import replace
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from agency.foundation import clock
from agency.foundation.access.blueprints import account, console
from agency.foundation.access.marks import permits, signed_in
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import session, transaction
from agency.staff.models import SignIn
from agency.staff.operations.sign_ins import stop_viewing, view_sub_account
from agency.staff.roles import VIEWING
from agency.staff.routes.home import first_page
from agency.tenants import queries as tenants

viewing = console("viewing", __name__)
viewing_end = account("viewing_end", __name__)


@viewing.post("/sub-accounts/<id(sac):sub_account_id>/view")
@permits("sub_accounts.view")
def begin(sub_account_id: UUID) -> ResponseReturnValue:
    visitor = current_visitor()
    sub_account = tenants.sub_account(sub_account_id)
    with transaction():
        view_sub_account(_sign_in(), sub_account, by=current_actor(), now=clock.wall())
    seen = replace(visitor, grants={**visitor.grants, sub_account_id: VIEWING})
    return redirect(first_page(seen, sub_account_id))


@viewing_end.post("/viewing/leave")
@signed_in
def leave() -> ResponseReturnValue:
    with transaction():
        stop_viewing(_sign_in(), by=current_actor(), now=clock.wall())
    flash(_("You are back in your own view."), "success")
    return redirect(url_for("home.page"))


def _sign_in() -> SignIn:
    visitor = current_visitor()
    return session.get_one(SignIn, (visitor.agency_id, visitor.sign_in_id))


@viewing.app_context_processor
def banner() -> dict[str, object]:
    """What the shell says above every page that is looked at with another's eyes."""
    viewed = getattr(current_user, "viewing", None)
    if viewed is None or viewed != g.get("place"):
        return {}
    return {"view_as": {"name": g.sub_account.name, "exit_url": url_for("viewing_end.leave")}}
