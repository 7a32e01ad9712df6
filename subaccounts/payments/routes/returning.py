"""A seller gives money back, or puts a payer's credit to invoices."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from agency.foundation.money import Money
from agency.foundation.typed_amounts import typed
from subaccounts.payments import queries
from subaccounts.payments.models.payments import OFFLINE, Method
from subaccounts.payments.models.refunds import PaymentRefund, RefundState
from subaccounts.payments.operations.recording import apply_credit
from subaccounts.payments.operations.refunding import RefundWish
from subaccounts.payments.routes.paying import give_money_back
from subaccounts.payments.routes.places import DESK, ONE, OWN, in_console, in_panel, place
from subaccounts.payments.schemas import Returned
from subaccounts.payments.words import METHODS


@in_panel.route(f"{OWN}{ONE}/refund", methods=["GET", "POST"])
@in_console.route(f"{DESK}{ONE}/refund", methods=["GET", "POST"])
@permits("payments.manage")
def refund(payment_id: UUID) -> ResponseReturnValue:
    at = place()
    found = at.payment(payment_id)
    by_card = found.method is Method.CARD
    initial = {"request": ids.new_id(), "amount": typed(found.left), "way": "card" if by_card else Method.TRANSFER}
    form = Form(Returned(found.currency), initial=initial)
    said = form.load()
    if said is not None:
        by_hand = None if said["way"] == "card" else Method(said["way"])
        name = f"{current_visitor().id}/{said['request']}" if "request" in said else None
        wish = RefundWish(
            payment_id=found.id,
            reason=said["reason"],
            amount=said["amount"],
            by_hand=by_hand,
            reference=said.get("reference"),
            request=name,
        )
        with form.catching():
            _tell(give_money_back(wish))
            return redirect(at.url("show", payment_id=payment_id))
    return form.page(
        "subaccounts/payments/refund.html",
        at=at,
        payment=at.payment(payment_id),
        parts=[part for part in queries.put([found.id]).get(found.id, []) if part.amount],
        ways=([("card", found.card_name)] if by_card else []) + [(way.value, METHODS[way]) for way in OFFLINE],
    )


@in_panel.post(f"{OWN}{ONE}/credit")
@in_console.post(f"{DESK}{ONE}/credit")
@permits("payments.manage")
def use_credit(payment_id: UUID) -> ResponseReturnValue:
    """Put what is left of it to what its payer owes."""
    at = place()
    found = at.payment(payment_id)
    wish = at.wish_of(at.payer_id_of(found))
    try:
        with transaction():
            applied = apply_credit(wish, by=current_actor(), now=clock.now(), of_payments=[payment_id])
    except DomainError as refusal:
        session.rollback()
        flash(str(refusal), "error")
    else:
        total = Money.sum(applied.values(), wish.account.currency)
        flash(_("%(amount)s of credit was put to invoices.", amount=money(total)), "success")
    return redirect(at.url("show", payment_id=payment_id))


def _tell(done: PaymentRefund) -> None:
    amount = money(done.amount)
    if done.state is RefundState.FAILED:
        flash(_("The card's bank turned the refund back. The invoices are paid as before."), "error")
    elif done.state is RefundState.PROCESSING:
        flash(_("%(amount)s was taken out and is on its way to the card.", amount=amount), "success")
    else:
        flash(_("%(amount)s was given back.", amount=amount), "success")
