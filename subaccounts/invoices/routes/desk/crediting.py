"""A credit note is written: what of which line, and where the money goes that was paid for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from babel.numbers import get_decimal_symbol
from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, i18n, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.forms import Form
from agency.foundation.money import MalformedAmount, Money
from agency.foundation.typed_amounts import plain_decimal, typed
from subaccounts.invoices import queries
from subaccounts.invoices.models.drafts import InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.invoices.operations.crediting import CreditWish, issue_credit_note, left_of
from subaccounts.invoices.routes.desk.forms import CreditForm
from subaccounts.invoices.routes.desk.places import DESK, ONE, OWN, in_console, in_panel, place
from subaccounts.invoices.rules.crediting import LineLeft

MINUS = "\u2212"


@in_panel.route(f"{OWN}{ONE}/credit", methods=["GET", "POST"])
@in_console.route(f"{DESK}{ONE}/credit", methods=["GET", "POST"])
@permits("invoices.manage")
def credit(invoice_id: UUID) -> ResponseReturnValue:
    at = place()
    found, left = at.invoice(invoice_id), left_of(invoice_id)
    lines = queries.lines(found)
    form = Form(CreditForm(), initial={"rest": "credit", "notify": True} | _whole(left))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            asked = replace(_wish(found, _read(lines), wish["reason"], wish["rest"]), notify=wish["notify"])
            note = issue_credit_note(found.id, asked, by=current_actor(), now=clock.now())
            flash(_("Credit note %(number)s is issued.", number=note.number_text), "success")
            return redirect(at.url("note", note_id=note.id))
    fields = {f"lines.{line.id}": field_of(line.id) for line in lines}
    form.errors = {fields.get(name, name): texts for name, texts in form.errors.items()}
    return form.page(
        "subaccounts/invoices/credit.html",
        at=at,
        invoice=found,
        lines=lines,
        left=left,
        field_of=field_of,
        labels={field_of(line.id): line.description for line in lines},
    )


def _wish(found: Invoice, lines: dict[UUID, Money], reason: str, rest: str) -> CreditWish:
    """What goes beyond the balance was paid: given back, or kept as credit."""
    total = Money.sum(lines.values(), found.currency)
    beyond = total - min(total, found.balance) if total.micros > 0 else Money.zero(found.currency)
    return CreditWish(reason=reason, lines=lines, refund=beyond if rest == "refund" else None)


def field_of(line_id: UUID) -> str:
    return f"line_{ids.encode_bare(line_id)}"


def _whole(left: Mapping[UUID, LineLeft]) -> dict[str, str]:
    return {field_of(line_id): typed(each.gross) for line_id, each in left.items()}


def _read(stored: Sequence[InvoiceDraftLine | InvoiceLine]) -> dict[UUID, Money]:
    """The amounts typed beside the lines; an empty one takes nothing back.

    Raises:
        InvalidInput: names the line whose amount is none.
    """
    lines, errors = {}, {}
    mark = get_decimal_symbol(i18n.locale())
    for line in stored:
        name = field_of(line.id)
        text = request.form.get(name, "").strip().replace(MINUS, "-")
        if not text or text.strip("-0.,") == "":
            continue
        plain = plain_decimal(text.removeprefix("-"), decimal_mark=mark)
        try:
            amount = Money.of(plain or "", line.currency)
        except MalformedAmount:
            errors[name] = [_("Write an amount such as 12.50.")]
            continue
        lines[line.id] = -amount if text.startswith("-") else amount
    if errors:
        raise InvalidInput(errors)
    return lines
