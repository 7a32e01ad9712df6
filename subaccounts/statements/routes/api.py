"""Statements and aging for programs."""

from typing import Any
from uuid import UUID

from flask import Response, g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.payments.wishes import account_said
from subaccounts.statements import queries
from subaccounts.statements.aging import aging, totals
from subaccounts.statements.models import Statement, StatementKind
from subaccounts.statements.operations.making import StatementWish, csv, make_statement, pdf
from subaccounts.statements.schemas import (
    AgingQuery,
    AgingReport,
    NewStatement,
    StatementAnswer,
    StatementQuery,
    Statements,
)

resources = api("statements", __name__, description="What was charged and paid between two days, numbered and frozen.")
reports = api("aging", __name__, description="Who owes how much, and for how long.")
ONE = "/statements/<id(stm):statement_id>"


@resources.route("/statements")
class StatementList(MethodView):
    @resources.arguments(StatementQuery, location="query")
    @resources.response(200, Statements)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> Page[Statement]:
        """List statements, newest first."""
        return queries.statements(**query)

    @idempotent
    @resources.arguments(NewStatement)
    @resources.response(201, StatementAnswer)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any]) -> Statement:
        """Make a statement; it is numbered and never changes."""
        seller, account = account_said(said, said.get("currency"))
        wish = StatementWish(
            account=account,
            seller=seller,
            customer_id=said.get("customer_id"),
            kind=StatementKind(said["kind"]),
            first_day=said["first_day"],
            last_day=said["last_day"],
            tax_ids_shown=said["tax_ids_shown"],
        )
        with transaction():
            return make_statement(wish, by=current_actor(), now=clock.now())


@resources.route(ONE)
class OneStatement(MethodView):
    @resources.response(200, StatementAnswer)
    @permits("invoices.read")
    def get(self, statement_id: UUID) -> Statement:
        """One statement."""
        return queries.statement(statement_id)


@resources.route(f"{ONE}/pdf")
class StatementPdf(MethodView):
    @resources.response(200, content_type="application/pdf")
    @permits("invoices.read")
    def get(self, statement_id: UUID) -> Response:
        """The statement as PDF/A."""
        found = queries.statement(statement_id)
        return pdf_answer(found.public_id, pdf(found))


@resources.route(f"{ONE}/csv")
class StatementCsv(MethodView):
    @resources.response(200, content_type="text/csv")
    @permits("invoices.read")
    def get(self, statement_id: UUID) -> Response:
        """The statement's rows, amounts as plain decimals."""
        return csv(queries.statement(statement_id))


@reports.route("/reports/aging")
class Aging(MethodView):
    @reports.arguments(AgingQuery, location="query")
    @reports.response(200, AgingReport)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What is owed by how long it is past due, as the ledger stood at the end of a day.

        Of the agency its sub-accounts; with ``sub_account_id``, or a sub-account's own key, that one's customers.
        """
        whose = sub_account(query["sub_account_id"]).id if "sub_account_id" in query else g.get("place")
        day = query.get("as_of") or SellerAtHand(whose).today(clock.now())
        rows = aging(Seller.AGENCY if whose is None else Seller.SUB_ACCOUNT, whose, as_of=day)
        return {"as_of": day, "data": rows, "totals": totals(rows)}
