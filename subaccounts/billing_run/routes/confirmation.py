"""The link in the mail: its holder confirms a renewal with their bank, in the processor's own frame."""

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
from subaccounts.billing_run.queries import due_of_link
from subaccounts.payments.booking import PAYMENT
from subaccounts.payments.models.payments import Payment, PaymentState
from subaccounts.payments.queries import payment
from wallet.charges.jobs import collect
from wallet.charges.models import ChargeAttempt
from wallet.charges.queries import charge_of, open_attempt
from wallet.top_ups.operations.confirming import challenge

pages = outside("renewal_confirmation", __name__)
pages.before_request(settle_visitor)


@pages.route("/renewal-confirmations/<text>", methods=["GET", "POST"])
@limiter.limit(ADDRESS_LIMIT, methods=["POST"])
@public("The link was mailed to whoever pays for the subscription.")
def page(text: str) -> ResponseReturnValue:
    """Opening it changes nothing; after the bank has answered, the processor is asked what came of it."""
    found, attempt = _found(text)
    if request.method == "POST":
        if attempt is not None:
            collect(attempt_id=str(attempt.id))
        return redirect(url_for("renewal_confirmation.page", text=text))
    return render_template(
        "subaccounts/billing_run/confirmation.html",
        tenant={"name": g.agency.name},
        amount=found.amount,
        state=found.state,
        challenge=challenge(attempt) if attempt is not None and _waits(found) else None,
    )


def _found(text: str) -> tuple[Payment, ChargeAttempt | None]:
    token = Token.read(text)
    if token is None:
        raise NotFound
    enter_agency(token.agency_id)
    with transaction():
        clock.set_sandbox_time(sandbox_time())
        due = due_of_link(token.digest)
        if due is None:
            raise NotFound
        charge = charge_of(PAYMENT, due.id)
        return payment(due.id), open_attempt(charge.id) if charge else None


def _waits(found: Payment) -> bool:
    is_awaited = found.state is PaymentState.NEEDS_AUTHENTICATION
    return is_awaited and found.due_at is not None and clock.now() < found.due_at
