"""All payments of a place, one of them, and its receipts."""

from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from agency.foundation.access.marks import permits
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.payments import queries, words
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.operations.receipts import pdf
from subaccounts.payments.queries import Put
from subaccounts.payments.routes.api import receipt_of
from subaccounts.payments.routes.places import DESK, ONE, OWN, in_console, in_panel, place
from subaccounts.payments.schemas import Filters, ListFilters, ReceiptQuery


@in_panel.get(OWN)
@in_console.get(DESK)
@permits("payments.read")
def index() -> str:
    at, filters = place(), load_filters(ListFilters())
    cursor = filters.pop("cursor", None)
    page = queries.payments(at.wanted(**filters), cursor=cursor)
    standing = queries.put(row.id for row in page.rows)
    return render_template(
        "subaccounts/payments/index.html", at=at, page=page, filters=filters, standing=standing, typed=request.args
    )


@in_panel.get(f"{OWN}.csv")
@in_console.get(f"{DESK}.csv")
@permits("payments.read")
def export() -> Response:
    """What the list shows: a row for each invoice a payment stands on, and one for what stands on none."""
    found = list(queries.every_payment(place().wanted(**load_filters(Filters()))))
    standing = queries.put(row.id for row in found)
    head = [_("Id"), _("Received on"), _("Payer"), _("Method"), _("Reference"), _("State"), _("Amount")]
    parts = [_("Refunded"), _("Disputed"), _("Credit"), _("Invoice"), _("Paid of it"), _("Currency")]
    rows = [line for row in found for line in _lines(row, standing.get(row.id, []))]
    return csv_answer("payments", [*head, *parts], rows)


@in_panel.get(f"{OWN}{ONE}")
@in_console.get(f"{DESK}{ONE}")
@permits("payments.read")
def show(payment_id: UUID) -> str:
    at = place()
    found = at.payment(payment_id)
    parts = queries.put([found.id]).get(found.id, [])
    return render_template(
        "subaccounts/payments/show.html",
        at=at,
        payment=found,
        parts=parts,
        numbers={part.invoice_id: part.number for part in parts},
        history=queries.allocations(found.id),
        refunds=queries.refunds(found.id),
        receipts=queries.receipts(found.id),
        owed=queries.payable(found.payer_id, found.currency) if found.unapplied else [],
    )


@in_panel.get(f"{OWN}{ONE}/receipt.pdf")
@in_console.get(f"{DESK}{ONE}/receipt.pdf")
@permits("payments.read")
def receipt(payment_id: UUID) -> Response:
    found = receipt_of(place().payment(payment_id), load_filters(ReceiptQuery()).get("refund"))
    return pdf_answer(found.public_id, pdf(found))


def _lines(row: Payment, parts: list[Put]) -> list[list[object]]:
    label, _tone = words.STATES[row.state]
    about: list[object] = [row.public_id, row.received_on.isoformat(), row.payer_name, words.METHODS[row.method]]
    about += [row.reference, label, row.amount.plain(), row.refunded.plain(), row.disputed.plain()]
    about.append(row.unapplied.plain())
    standing = [part for part in parts if part.amount]
    if not standing:
        return [[*about, None, None, row.currency]]
    return [[*about, part.number, part.amount.plain(), row.currency] for part in standing]
