"""Somebody writes down money that came: from whom, how much, and what of it goes to which invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from agency.foundation import clock, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.forms import Form, load_filters
from agency.foundation.i18n import money
from agency.foundation.money import Money
from agency.foundation.typed_amounts import AmountText, WalletForm, typed
from subaccounts.payments import queries
from subaccounts.payments.models.payments import OFFLINE, Method
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.recording import OfflineFacts, record_payment
from subaccounts.payments.routes.places import DESK, OWN, Place, in_console, in_panel, place
from subaccounts.payments.rules.splitting import Owed, in_order, split
from subaccounts.payments.schemas import ChoosePayer, Received
from subaccounts.payments.words import METHODS

PART = "part-"


class OnePart(WalletForm):
    amount = AmountText(positive=False)


@in_panel.route(f"{OWN}/new", methods=["GET", "POST"])
@in_console.route(f"{DESK}/new", methods=["GET", "POST"])
@permits("payments.manage")
def record() -> ResponseReturnValue:
    """First the amount, then its split over the invoices, which may be edited; then it is written down."""
    at = place()
    if "payer" not in request.args:
        return Form(ChoosePayer()).page("subaccounts/payments/choose.html", at=at, **at.payer_choice())
    payer = load_filters(ChoosePayer())["payer"]
    wish = at.wish_of(payer)
    owed = in_order(queries.payable(wish.account.payer_id, wish.account.currency), today=at.today)
    initial = {"request": ids.new_id(), "received_on": at.today.isoformat(), "method": Method.TRANSFER.value}
    form = Form(Received(wish.account.currency), initial=initial)
    said = form.load()
    parts: Mapping[str, str] = request.form
    if said is not None:
        if request.form.get("confirmed"):
            with form.catching():
                return _recorded(at, wish, said, owed)
        parts = _suggested(said["amount"], owed)
    return form.page(
        "subaccounts/payments/record.html",
        at=at,
        payer=payer,
        account=wish.account,
        owed=owed,
        parts=parts,
        methods=[(method.value, METHODS[method]) for method in OFFLINE],
        reviewing=said is not None or bool(request.form.get("confirmed")),
        total=Money.sum([each.amount for each in owed], wish.account.currency),
    )


def _recorded(at: Place, wish: PayWish, said: Mapping[str, Any], owed: Sequence[Owed]) -> ResponseReturnValue:
    splits = _typed_parts(owed, wish.account.currency)
    facts = OfflineFacts(
        method=Method(said["method"]), reference=said.get("reference"), received_on=said.get("received_on")
    )
    name = f"{current_visitor().id}/{said['request']}" if "request" in said else None
    with transaction():
        done = record_payment(
            replace(wish, amount=said["amount"], splits=splits, request=name),
            facts,
            by=current_actor(),
            now=clock.now(),
        )
    flash(_("%(amount)s was recorded.", amount=money(done.amount)), "success")
    return redirect(at.url("show", payment_id=done.id))


def _suggested(amount: Money, owed: Sequence[Owed]) -> dict[str, str]:
    """Past due first, then by due date, issue date and number, as it would be divided by itself."""
    return {f"{PART}{key}": typed(part) for key, part in split(amount, owed).items()}


def _typed_parts(owed: Sequence[Owed], currency: str) -> dict[UUID, Money]:
    """Raises InvalidInput: names the part that is no amount."""
    parts, errors = {}, {}
    for each in owed:
        text = request.form.get(f"{PART}{each.invoice_id}", "").strip()
        if not text:
            continue
        try:
            amount = OnePart(currency).load({"amount": text})["amount"]
        except ValidationError:
            errors[f"{PART}{each.invoice_id}"] = [_("Write an amount such as %(example)s.", example="25.50")]
            continue
        if amount:
            parts[each.invoice_id] = amount
    if errors:
        raise InvalidInput(errors)
    return parts
