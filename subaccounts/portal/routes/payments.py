"""A payment and what became of it: processing, confirmed with the bank, paid, its receipt."""

from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.payments import queries, words
from subaccounts.payments.booking import PAYMENT
from subaccounts.payments.models.payments import Payment, PaymentState
from subaccounts.payments.operations import receipts
from subaccounts.portal.admission import BILLING, as_application
from wallet.charges.jobs import collect
from wallet.charges.models import ChargeAttempt
from wallet.charges.queries import charge_of, open_attempt
from wallet.top_ups.operations.confirming import challenge

payments = profile("portal_payments", __name__)
ONE = "/payments/<id(pay):payment_id>"


@payments.get(ONE)
@permits(BILLING)
def show(payment_id: UUID) -> ResponseReturnValue:
    found = _payment(payment_id)
    if found.state is PaymentState.NEEDS_AUTHENTICATION:
        return redirect(url_for(".confirmation", payment_id=payment_id))
    return render_template(
        "subaccounts/portal/payment.html",
        payment=found,
        parts=queries.put([payment_id]).get(payment_id, []),
        receipts=queries.receipts(payment_id),
        words=words,
    )


@payments.route(f"{ONE}/confirmation", methods=["GET", "POST"])
@permits(BILLING)
def confirmation(payment_id: UUID) -> ResponseReturnValue:
    """The bank asks in its own frame; afterwards the processor is asked what came of it."""
    found = _payment(payment_id)
    with as_application():
        attempt = _open_attempt(payment_id)
        if request.method == "POST" and attempt is not None:
            collect(attempt_id=str(attempt.id))
        if request.method == "POST" or attempt is None:
            return redirect(url_for(".show", payment_id=payment_id))
        asked = challenge(attempt) if found.state is PaymentState.NEEDS_AUTHENTICATION else None
    if asked is None:
        return redirect(url_for(".show", payment_id=payment_id))
    return render_template("subaccounts/portal/confirmation.html", amount=found.amount, challenge=asked)


def _open_attempt(payment_id: UUID) -> ChargeAttempt | None:
    with transaction():
        charge = charge_of(PAYMENT, payment_id)
        return open_attempt(charge.id) if charge else None


@payments.get(f"{ONE}/receipts/<id(prc):receipt_id>/pdf")
@permits(BILLING)
def receipt(payment_id: UUID, receipt_id: UUID) -> Response:
    _payment(payment_id)
    found = queries.receipt(receipt_id, payment_id=payment_id)
    with as_application(), transaction():
        content = receipts.pdf(queries.receipt(receipt_id, payment_id=payment_id))
    return pdf_answer(_("Receipt %(id)s", id=found.public_id), content)


def _payment(payment_id: UUID) -> Payment:
    """Raises NotFound: none such, or of another profile."""
    found = queries.payment(payment_id)
    if found.customer_id != g.profile_id:
        raise NotFound
    return found
