"""Statements and aging, in the console for what the agency bills and in a panel for what its sub-account bills."""

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.csv_files import csv_answer
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.operations.documents import pdf_answer
from subaccounts.payments.routes.places import Place
from subaccounts.statements import queries
from subaccounts.statements.aging import BUCKETS, aging, totals
from subaccounts.statements.models import StatementKind
from subaccounts.statements.operations.making import StatementWish, csv, make_statement, pdf
from subaccounts.statements.schemas import AsOf, ListFilters, StatementForm
from subaccounts.statements.words import COLUMNS, NAMES

in_console = console("statements_desk", __name__)
in_panel = panel("customer_statements", __name__)
STATEMENTS = "/statements"
OWED = "/reports/aging"
ONE = f"{STATEMENTS}/<id(stm):statement_id>"


def place() -> Place:
    """The place of this request."""
    if request.blueprint == in_panel.name:
        return Place(seller=Seller.SUB_ACCOUNT, sub_account_id=g.sub_account.id, blueprint=in_panel.name)
    return Place(seller=Seller.AGENCY, sub_account_id=None, blueprint=in_console.name)


@in_panel.get(STATEMENTS)
@in_console.get(STATEMENTS)
@permits("invoices.read")
def index() -> str:
    at, filters = place(), load_filters(ListFilters())
    page = queries.statements(seller=at.seller, sub_account_id=at.sub_account_id, **filters)
    return render_template("subaccounts/statements/index.html", at=at, page=page, filters=filters, names=NAMES)


@in_panel.route(f"{STATEMENTS}/new", methods=["GET", "POST"])
@in_console.route(f"{STATEMENTS}/new", methods=["GET", "POST"])
@permits("invoices.manage")
def make() -> ResponseReturnValue:
    at = place()
    initial = {"first_day": at.today.replace(day=1).isoformat(), "last_day": at.today.isoformat(), "kind": "account"}
    form = Form(StatementForm(), initial=initial)
    said = form.load()
    if said is not None:
        payer = at.wish_of(said.pop("payer"))
        wish = StatementWish(
            account=payer.account,
            seller=at.seller,
            customer_id=payer.customer_id,
            **said | {"kind": StatementKind(said["kind"])},
        )
        with form.catching(), transaction():
            made = make_statement(wish, by=current_actor(), now=clock.now())
            flash(_("Statement %(number)s was made.", number=made.number_text), "success")
            return redirect(at.url("show", statement_id=made.id))
    return form.page(
        "subaccounts/statements/make.html", at=at, names=NAMES, **at.payer_choice(form.values.get("payer", ""))
    )


@in_panel.get(ONE)
@in_console.get(ONE)
@permits("invoices.read")
def show(statement_id: UUID) -> str:
    at = place()
    found = queries.statement(statement_id, seller=at.seller, sub_account_id=at.sub_account_id)
    return render_template("subaccounts/statements/show.html", at=at, statement=found, names=NAMES)


@in_panel.get(f"{ONE}/file.pdf")
@in_console.get(f"{ONE}/file.pdf")
@permits("invoices.read")
def file(statement_id: UUID) -> Response:
    at = place()
    found = queries.statement(statement_id, seller=at.seller, sub_account_id=at.sub_account_id)
    return pdf_answer(found.number_text, pdf(found))


@in_panel.get(f"{ONE}/file.csv")
@in_console.get(f"{ONE}/file.csv")
@permits("invoices.read")
def rows(statement_id: UUID) -> Response:
    at = place()
    return csv(queries.statement(statement_id, seller=at.seller, sub_account_id=at.sub_account_id))


@in_panel.get(OWED)
@in_console.get(OWED)
@permits("invoices.read")
def owed() -> str:
    at = place()
    day = load_filters(AsOf()).get("as_of") or at.today
    rows = aging(at.seller, at.sub_account_id, as_of=day)
    return render_template(
        "subaccounts/statements/aging.html",
        at=at,
        rows=rows[:SHOWN_MAX],
        totals=totals(rows),
        day=day,
        buckets=COLUMNS,
    )


@in_panel.get(f"{OWED}.csv")
@in_console.get(f"{OWED}.csv")
@permits("invoices.read")
def export() -> Response:
    at = place()
    day = load_filters(AsOf()).get("as_of") or at.today
    head = [_("Payer"), _("Currency"), *COLUMNS.values(), _("Total"), _("Credit")]
    rows = [
        [row.name, row.currency, *(getattr(row, name).plain() for name in (*BUCKETS, "total", "credit"))]
        for row in aging(at.seller, at.sub_account_id, as_of=day)
    ]
    return csv_answer(f"aging-{day.isoformat()}", head, rows)


SHOWN_MAX = 200
