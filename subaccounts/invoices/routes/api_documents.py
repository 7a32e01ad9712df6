"""Invoices for programs: their documents, and how their balances came about."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.schemas import StrictSchema, one_of
from subaccounts.invoices import queries
from subaccounts.invoices.answers import explained
from subaccounts.invoices.operations.documents import csv_of, detailed_csv_of, pdf_answer
from subaccounts.invoices.routes.api import ONE
from subaccounts.invoices.routes.files import pdf_bytes
from subaccounts.invoices.schemas import (
    InvoiceExplained,
)

resources = api(
    "invoice-documents", __name__, description="Invoices as PDF and CSV, and how their balances came about."
)
DETAIL = "lines"


class CsvQuery(StrictSchema):
    detail = fields.String(validate=one_of((DETAIL,)), metadata={"description": "lines: a row for each line."})


@resources.route(f"{ONE}/pdf")
class InvoicePdf(MethodView):
    @resources.response(200, content_type="application/pdf")
    @permits("invoices.read")
    def get(self, invoice_id: UUID) -> Response:
        """The document as PDF/A; a draft's says DRAFT across each page."""
        found = queries.document(invoice_id)
        with transaction():
            content = pdf_bytes(found, now=clock.now())
        return pdf_answer(found.public_id, content)


@resources.route(f"{ONE}/csv")
class InvoiceCsv(MethodView):
    @resources.arguments(CsvQuery, location="query")
    @resources.response(200, content_type="text/csv")
    @permits("invoices.read")
    def get(self, query: dict[str, Any], invoice_id: UUID) -> Response:
        """A row for each section of the document, or with ``detail=lines`` for each line."""
        found = queries.document(invoice_id)
        written = detailed_csv_of if query.get("detail") else csv_of
        return written(found.public_id, [(found.public_id, queries.said(found))])


@resources.route(f"{ONE}/explanation")
class InvoiceExplanation(MethodView):
    @resources.response(200, InvoiceExplained)
    @permits("invoices.read")
    def get(self, invoice_id: UUID) -> dict[str, Any]:
        """How the balance came about."""
        found = queries.document(invoice_id)
        return explained(found, queries.lines(found))
