"""One document: as on paper, as files, and in the other currencies that apply."""

from typing import Any
from uuid import UUID

from flask import Response, render_template
from marshmallow import fields

from agency.exchange_rates.queries import converted
from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.forms import load_filters
from agency.foundation.i18n import locale
from agency.foundation.schemas import FormSchema, one_of
from subaccounts.invoices import queries
from subaccounts.invoices.answers import standing
from subaccounts.invoices.consequences import consequences_of
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.documents import csv_of, detailed_csv_of, note_pdf, pdf_answer
from subaccounts.invoices.presenting import presented, presented_note
from subaccounts.invoices.queries import Document
from subaccounts.invoices.routes.desk.places import (
    BILLED,
    DESK,
    ONE,
    OWN,
    Place,
    as_payer,
    in_console,
    in_panel,
    place,
)
from subaccounts.invoices.routes.files import pdf_bytes

NOTE = "/credit-notes/<id(crn):note_id>"
NOTES = "/credit-notes"


class FileFilters(FormSchema):
    detail = fields.String(validate=one_of(("lines",)))


class Cursor(FormSchema):
    cursor = fields.String()


@in_panel.get(f"{OWN}{ONE}")
@in_console.get(f"{DESK}{ONE}")
@as_payer.get(f"{BILLED}{ONE}")
@permits("invoices.read")
def show(invoice_id: UUID) -> str:
    at = place()
    found = at.document(invoice_id)
    return render_template("subaccounts/invoices/show.html", **_shown(at, found), **_around(at, found))


@in_panel.get(f"{OWN}{ONE}/print")
@in_console.get(f"{DESK}{ONE}/print")
@as_payer.get(f"{BILLED}{ONE}/print")
@permits("invoices.read")
def printed(invoice_id: UUID) -> str:
    """The paper alone."""
    at = place()
    return render_template("subaccounts/invoices/print.html", **_shown(at, at.document(invoice_id)))


@in_panel.get(f"{OWN}{ONE}/pdf")
@in_console.get(f"{DESK}{ONE}/pdf")
@as_payer.get(f"{BILLED}{ONE}/pdf")
@permits("invoices.read")
def pdf(invoice_id: UUID) -> Response:
    found = place().document(invoice_id)
    with transaction():
        content = pdf_bytes(found, now=clock.now())
    return pdf_answer(_file_name(found), content)


@in_panel.get(f"{OWN}{ONE}/csv")
@in_console.get(f"{DESK}{ONE}/csv")
@as_payer.get(f"{BILLED}{ONE}/csv")
@permits("invoices.read")
def csv(invoice_id: UUID) -> Response:
    found = place().document(invoice_id)
    write = detailed_csv_of if load_filters(FileFilters()) else csv_of
    return write(_file_name(found), [(found.public_id, queries.said(found))])


@in_panel.get(f"{OWN}{NOTES}")
@in_console.get(f"{DESK}{NOTES}")
@permits("invoices.read")
def notes() -> str:
    at = place()
    page = queries.credit_notes(seller=at.seller, sub_account_id=at.sub_account_id, **load_filters(Cursor()))
    return render_template("subaccounts/invoices/notes.html", at=at, page=page)


@in_panel.get(f"{OWN}{NOTE}")
@in_console.get(f"{DESK}{NOTE}")
@as_payer.get(f"{BILLED}{NOTE}")
@permits("invoices.read")
def note(note_id: UUID) -> str:
    at = place()
    found = at.note(note_id)
    shown = presented_note(found.document, language=locale().language)
    return render_template("subaccounts/invoices/note.html", at=at, note=found, document=shown)


@in_panel.get(f"{OWN}{NOTE}/pdf", endpoint="note_file")
@in_console.get(f"{DESK}{NOTE}/pdf", endpoint="note_file")
@as_payer.get(f"{BILLED}{NOTE}/pdf", endpoint="note_file")
@permits("invoices.read")
def note_as_pdf(note_id: UUID) -> Response:
    found = place().note(note_id)
    with transaction():
        content = note_pdf(found, now=clock.now())
    return pdf_answer(found.number_text, content)


def _shown(at: Place, found: Document) -> dict[str, Any]:
    correction = found.payer_correction if isinstance(found, Invoice) else None
    return {
        "at": at,
        "invoice": found,
        "is_draft": isinstance(found, InvoiceDraft),
        "document": presented(queries.said(found), language=locale().language, correction=correction),
        "standing": standing(found, today=at.today),
        "status": queries.DRAFT if isinstance(found, InvoiceDraft) else found.state,
    }


def _around(at: Place, found: Document) -> dict[str, Any]:
    """What stands beside the paper: other currencies, credit notes, fees."""
    if isinstance(found, InvoiceDraft):
        return {"others": converted(found.total, on=at.today), "notes": [], "caused": []}
    credited = queries.credit_notes(invoice_id=found.id, limit=50).rows
    return {
        "others": converted(found.total, on=found.issued_on),
        "notes": credited,
        "caused": [row for row in consequences_of(found.id) if isinstance(row, Invoice) or not at.is_payer],
    }


def _file_name(found: Document) -> str:
    return found.public_id if isinstance(found, InvoiceDraft) else found.number_text
