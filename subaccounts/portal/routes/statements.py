"""Statements of account, and for an insurance's reimbursement, as they were made for the customer."""

from uuid import UUID

from flask import Response, g, render_template

from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import load_filters
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.portal.admission import BILLING, as_application
from subaccounts.portal.schemas import StatementsQuery
from subaccounts.statements import queries
from subaccounts.statements.models import Statement
from subaccounts.statements.operations.making import pdf
from subaccounts.statements.words import NAMES, TITLES

statements = profile("portal_statements", __name__)
ONE = "/statements/<id(stm):statement_id>"


@statements.get("/statements")
@permits(BILLING)
def index() -> str:
    """All of one kind."""
    filters = load_filters(StatementsQuery())
    page = queries.statements(customer_id=g.profile_id, **filters)
    return render_template("subaccounts/portal/statements.html", page=page, title=TITLES[filters["kind"]])


@statements.get(ONE)
@permits(BILLING)
def show(statement_id: UUID) -> str:
    return render_template("subaccounts/portal/statement.html", statement=_statement(statement_id), names=NAMES)


@statements.get(f"{ONE}/pdf")
@permits(BILLING)
def file(statement_id: UUID) -> Response:
    found = _statement(statement_id)
    with as_application(), transaction():
        content = pdf(found)
    return pdf_answer(found.number_text, content)


def _statement(statement_id: UUID) -> Statement:
    """Raises NotFound: none such, or of another profile."""
    found = queries.statement(statement_id)
    if found.customer_id != g.profile_id:
        raise NotFound
    return found
