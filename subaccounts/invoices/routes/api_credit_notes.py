"""Credit notes for programs."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from subaccounts.invoices import queries
from subaccounts.invoices.answers import note_shown
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.operations.crediting import CreditWish, issue_credit_note
from subaccounts.invoices.operations.documents import note_pdf, pdf_answer
from subaccounts.invoices.routes.api import ONE as INVOICE
from subaccounts.invoices.schemas import CreditNoteQuery, CreditNotes, CreditNoteWithLines, NewCreditNote
from subaccounts.invoices.wishes import managed

resources = api("credit-notes", __name__, description="What is taken back of invoices.")
ONE = "/credit-notes/<id(crn):note_id>"


@resources.route("/credit-notes")
class CreditNoteList(MethodView):
    @resources.arguments(CreditNoteQuery, location="query")
    @resources.response(200, CreditNotes)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> Page[CreditNote]:
        """List credit notes, newest first."""
        return queries.credit_notes(**query)


@resources.route(f"{INVOICE}/credit-notes")
class NotesOfInvoice(MethodView):
    @resources.response(200, CreditNotes)
    @permits("invoices.read")
    def get(self, invoice_id: UUID) -> Page[CreditNote]:
        """The credit notes of one invoice, newest first."""
        return queries.credit_notes(invoice_id=queries.invoice(invoice_id).id, limit=200)

    @idempotent
    @resources.arguments(NewCreditNote)
    @resources.response(201, CreditNoteWithLines)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Take back a part of an invoice, or all that is left of it."""
        managed(invoice_id)
        lines = {line["line_id"]: line["amount"] for line in said["lines"]} if "lines" in said else None
        wish = CreditWish(reason=said["reason"], lines=lines, refund=said.get("refund"), notify=said["notify"])
        with transaction():
            note = issue_credit_note(invoice_id, wish, by=current_actor(), now=clock.now())
        return _answer(note)


@resources.route(ONE)
class OneCreditNote(MethodView):
    @resources.response(200, CreditNoteWithLines)
    @permits("invoices.read")
    def get(self, note_id: UUID) -> dict[str, Any]:
        """One credit note."""
        return _answer(queries.credit_note(note_id))


@resources.route(f"{ONE}/pdf")
class CreditNotePdf(MethodView):
    @resources.response(200, content_type="application/pdf")
    @permits("invoices.read")
    def get(self, note_id: UUID) -> Response:
        """The credit note as PDF/A."""
        note = queries.credit_note(note_id)
        with transaction():
            content = note_pdf(note, now=clock.now())
        return pdf_answer(note.public_id, content)


def _answer(note: CreditNote) -> dict[str, Any]:
    return note_shown(note, queries.note_lines(note.id))
