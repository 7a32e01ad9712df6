"""What becomes of a document: opened, discarded, voided, written off; each is confirmed first."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from agency.foundation.schemas import FormSchema, Text, one_of
from subaccounts.invoices.operations.editing import discard
from subaccounts.invoices.operations.ending import void, write_off
from subaccounts.invoices.operations.opening import open_draft
from subaccounts.invoices.routes.desk.places import DESK, ONE, OWN, in_console, in_panel, place

AGAIN, NEVER = "again", "never"


class StatusForm(FormSchema):
    status = fields.String(required=True, validate=one_of(("open", "void")))
    notify = fields.Boolean(load_default=False)
    reason = Text(longest=500, load_default="")
    billing = fields.String(load_default=AGAIN, validate=one_of((AGAIN, NEVER)))


class DiscardForm(FormSchema):
    reason = Text(longest=500, load_default=None)
    billing = fields.String(load_default=AGAIN, validate=one_of((AGAIN, NEVER)))


class WriteOffForm(FormSchema):
    reason = Text(required=True, longest=500)


@in_panel.post(f"{OWN}{ONE}/status")
@in_console.post(f"{DESK}{ONE}/status")
@permits("invoices.manage")
def update_status(invoice_id: UUID) -> ResponseReturnValue:
    at, form = place(), Form(StatusForm())
    at.document(invoice_id)
    wish = form.load()
    if wish is None:
        return _refused(form, invoice_id)
    by, now = current_actor(), clock.now()
    try:
        with transaction():
            if wish["status"] == "open":
                found = open_draft(invoice_id, by=by, now=now, notify=wish["notify"])
                flash(_("Invoice %(number)s is open.", number=found.number_text), "success")
            else:
                at.invoice(invoice_id)
                again = wish["billing"] == AGAIN
                found = void(invoice_id, reason=wish["reason"], bill_again=again, notify=wish["notify"], by=by, now=now)
                flash(_("Invoice %(number)s is void.", number=found.number_text), "success")
    except DomainError as refusal:
        flash(str(refusal), "error")
    return redirect(at.url("show", invoice_id=invoice_id))


@in_panel.post(f"{OWN}{ONE}/discard")
@in_console.post(f"{DESK}{ONE}/discard")
@permits("invoices.manage")
def discard_draft(invoice_id: UUID) -> ResponseReturnValue:
    at, form = place(), Form(DiscardForm())
    at.document(invoice_id)
    wish = form.load()
    if wish is None:
        return _refused(form, invoice_id)
    try:
        with transaction():
            again = wish["billing"] == AGAIN
            discard(invoice_id, bill_again=again, reason=wish["reason"], by=current_actor(), now=clock.now())
    except DomainError as refusal:
        flash(str(refusal), "error")
        return redirect(at.url("show", invoice_id=invoice_id))
    flash(_("The draft is discarded."), "success")
    return redirect(at.url("index"))


@in_panel.post(f"{OWN}{ONE}/write-off")
@in_console.post(f"{DESK}{ONE}/write-off")
@permits("invoices.manage")
def give_up(invoice_id: UUID) -> ResponseReturnValue:
    at, form = place(), Form(WriteOffForm())
    at.invoice(invoice_id)
    wish = form.load()
    if wish is None:
        return _refused(form, invoice_id)
    try:
        with transaction():
            found = write_off(invoice_id, reason=wish["reason"], by=current_actor(), now=clock.now())
            flash(_("Written off: %(amount)s.", amount=money(found.written_off)), "success")
    except DomainError as refusal:
        flash(str(refusal), "error")
    return redirect(at.url("show", invoice_id=invoice_id))


def _refused(form: Form, invoice_id: UUID) -> ResponseReturnValue:
    """What was sent could not be read; the page says so and nothing was done."""
    for texts in form.errors.values():
        flash(texts[0], "error")
    return redirect(place().url("show", invoice_id=invoice_id))
