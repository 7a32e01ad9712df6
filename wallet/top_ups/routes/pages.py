"""Receipts as files, and the page on which a person confirms a payment with their bank."""

from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from wallet.charges.jobs import collect
from wallet.charges.queries import charge_of, open_attempt
from wallet.top_ups import queries
from wallet.top_ups.models import TopUpState
from wallet.top_ups.operations.adding import TOP_UP
from wallet.top_ups.operations.confirming import challenge
from wallet.top_ups.routes.receipts import as_file

panel_pages = panel("funds", __name__)
console_pages = console("agency_receipts", __name__)


@panel_pages.route("/receipts/<id(rcp):receipt_id>.pdf")
@permits("wallets.read")
def receipt(receipt_id: UUID) -> Response:
    return as_file(queries.receipt(receipt_id, sub_account_id=g.sub_account.id))


@console_pages.route("/sub-accounts/<id(sac):sub_account_id>/receipts/<id(rcp):receipt_id>.pdf")
@permits("wallets.read")
def of_sub_account(sub_account_id: UUID, receipt_id: UUID) -> Response:
    return as_file(queries.receipt(receipt_id, sub_account_id=sub_account_id))


@panel_pages.route("/top-ups/<id(top):top_up_id>/confirmation", methods=["GET", "POST"])
@permits("wallets.manage")
def confirmation(top_up_id: UUID) -> ResponseReturnValue:
    """The bank asks in its own frame; afterwards the processor is asked what came of it."""
    with transaction():
        found = queries.top_up(top_up_id, sub_account_id=g.sub_account.id)
        charge = charge_of(TOP_UP, found.id)
        attempt = open_attempt(charge.id) if charge else None
    if request.method == "POST" and attempt is not None:
        collect(attempt_id=str(attempt.id))
    if request.method == "POST":
        return redirect(url_for("funds.confirmation", top_up_id=found.public_id))
    asked = challenge(attempt) if attempt and found.state is TopUpState.NEEDS_AUTHENTICATION else None
    return render_template("wallet/top_ups/confirmation.html", amount=found.amount, state=found.state, challenge=asked)
