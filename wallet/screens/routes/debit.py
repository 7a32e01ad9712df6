"""The agency takes credit out of a wallet, with a reason."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from wallet.credits.operations.adjustments import adjust
from wallet.screens.figures import figures_of
from wallet.screens.places import TAB, in_console, place_at
from wallet.screens.routes.refusing import refuse_closed
from wallet.screens.schemas import Taken


@in_console.route(f"{TAB}/debit", methods=["GET", "POST"])
@permits("wallets.manage")
def debit(sub_account_id: UUID) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    form = Form(Taken(at.sub_account.currency), initial={"request": ids.new_id()})
    taken = form.load()
    if taken is not None:
        amount, reason, request_id = taken["amount"], taken["reason"], taken["request"]
        with form.catching(), transaction():
            refuse_closed(at)
            adjust(at.sub_account, amount, reason, request_id=request_id, by=current_actor(), now=now)
            flash(_("%(amount)s was taken from the wallet.", amount=money(amount)), "success")
            return redirect(at.url("show"))
    return form.page("wallet/screens/debit.html", at=at, figures=figures_of(at, now=now))
