"""Which customer of the sub-account somebody manages."""

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from agency.foundation.access.blueprints import portal
from agency.foundation.access.marks import signed_in

profiles = portal("portal_profiles", __name__)


@profiles.get("/profiles")
@signed_in
def choose() -> ResponseReturnValue:
    """With a single profile there is nothing to choose."""
    if len(g.profiles) == 1:
        return redirect(url_for("portal_billing.overview", profile_id=next(iter(g.profiles))))
    return render_template("subaccounts/portal/profiles.html", profiles=list(g.profiles.values()))
