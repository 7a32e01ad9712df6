"""The link in the mail: its holder confirms the recharge with their bank, in the processor's own frame."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.limits import limiter
from agency.foundation.tenant_roots.queries import sandbox_time
from agency.foundation.tokens import Token
from agency.staff.routes.entering import ADDRESS_LIMIT, enter_agency, settle_visitor
from wallet.charges.jobs import collect
from wallet.charges.models import ChargeAttempt
from wallet.charges.queries import charge_of, open_attempt
from wallet.recharge.models import Recharge, RechargeState
from wallet.recharge.operations.firing import RECHARGE
from wallet.recharge.queries import recharge_of_link
from wallet.top_ups.operations.confirming import challenge

pages = outside("recharge_confirmation", __name__)
pages.before_request(settle_visitor)


@pages.route("/confirmations/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("The link was mailed to whoever pays for the wallet.")
def page(text: str) -> ResponseReturnValue:
    """Opening it changes nothing; after the bank has answered, the processor is asked what came of it."""
    found, attempt = _found(text)
    if request.method == "POST":
        if attempt is not None:
            collect(attempt_id=str(attempt.id))
        return redirect(url_for("recharge_confirmation.page", text=text))
    waits = attempt is not None and found.state is RechargeState.NEEDS_AUTHENTICATION and _is_valid(found)
    return render_template(
        "wallet/recharge/confirmation.html",
        tenant={"name": g.agency.name},
        amount=found.amount,
        state=found.state,
        challenge=challenge(attempt) if attempt is not None and waits else None,
    )


def _found(text: str) -> tuple[Recharge, ChargeAttempt | None]:
    token = Token.read(text)
    if token is None:
        raise NotFound
    enter_agency(token.agency_id)
    with transaction():
        clock.set_sandbox_time(sandbox_time())
        found = recharge_of_link(token.digest)
        if found is None:
            raise NotFound
        charge = charge_of(RECHARGE, found.id)
        return found, open_attempt(charge.id) if charge else None


def _is_valid(found: Recharge) -> bool:
    return found.due_at is not None and clock.now() < found.due_at
