"""The agency resumes automatic recharge, and says why."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from wallet.recharge.operations.pauses import lift_by_staff
from wallet.screens.figures import figures_of
from wallet.screens.places import TAB, in_console, place_at
from wallet.screens.schemas import Reasoned


@in_console.route(f"{TAB}/recharge/resume", methods=["GET", "POST"])
@permits("wallets.manage")
def resume(sub_account_id: UUID) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    form = Form(Reasoned(at.sub_account.currency))
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            lift_by_staff(at.wallet, said["reason"], by=current_actor(), now=now)
            flash(_("Auto-recharge is resumed."), "success")
            return redirect(at.url("recharge"))
    return form.page("wallet/screens/resume.html", at=at, figures=figures_of(at, now=now))
