"""Bringing invoices from another program: choose a file, say its columns, see what it holds, import it."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.forms import Form, load_filters
from agency.foundation.schemas import FormSchema, Text
from agency.tenants.models import SubAccount
from agency.tenants.queries import sub_account
from subaccounts.imports import queries
from subaccounts.imports.jobs import run_import
from subaccounts.imports.models import ImportState, InvoiceImport
from subaccounts.imports.operations import keep_file, start
from subaccounts.imports.rules.files import FIELDS, NEEDED, columns_of, decoded
from subaccounts.imports.rules.parsing import Parsed, parse
from subaccounts.imports.words import NAMES

in_console = console("sub_account_imports", __name__)
in_panel = panel("invoice_imports", __name__)
OWN = "/invoice-imports"
TAB = "/sub-accounts/<id(sac):sub_account_id>/invoice-imports"
ONE = "/<id(imp):import_id>"
SHOWN = 10
PROBLEMS_SHOWN = 200


class ChosenFile(FormSchema):
    """The file itself comes apart from the form's words."""


class Columns(FormSchema):
    class Meta(FormSchema.Meta):
        include = {name: Text(longest=200) for name in FIELDS}


class Cursor(FormSchema):
    cursor = fields.String()


@in_panel.route(OWN, methods=["GET", "POST"])
@in_console.route(TAB, methods=["GET", "POST"])
@permits("invoices.manage")
def index(sub_account_id: UUID | None = None) -> ResponseReturnValue:
    """Files so far, and a field for another one."""
    seller = _seller(sub_account_id)
    form = Form(ChosenFile())
    if form.load() is not None:
        with form.catching(), transaction():
            kept = keep_file(seller, *_sent(), by=current_actor(), now=clock.now())
            return redirect(_url("show", seller, import_id=kept.id))
    cursor = load_filters(Cursor()).get("cursor")
    return form.page(
        "subaccounts/imports/index.html", seller=seller, url=_url, page=queries.imports(seller.id, cursor=cursor)
    )


@in_panel.route(f"{OWN}{ONE}", methods=["GET", "POST"])
@in_console.route(f"{TAB}{ONE}", methods=["GET", "POST"])
@permits("invoices.manage")
def show(import_id: UUID, sub_account_id: UUID | None = None) -> ResponseReturnValue:
    """Before it runs: columns and what they make of the file. Afterwards: how far it is, and what was wrong."""
    seller = _seller(sub_account_id)
    row = queries.invoice_import(import_id, sub_account_id=seller.id)
    if row.state is not ImportState.CHECKING:
        return render_template(
            "subaccounts/imports/result.html", seller=seller, url=_url, row=row, problems=row.problems[:PROBLEMS_SHOWN]
        )
    form = Form(Columns(), initial=row.columns)
    said = form.load()
    columns = row.columns if said is None else said
    if said is not None and request.form.get("start"):
        with form.catching(), transaction():
            _start(row, columns)
            return redirect(_url("show", seller, import_id=import_id))
    text = decoded(row.content)
    there = columns_of(text)
    parsed = _parsed(text, columns)
    return form.page(
        "subaccounts/imports/check.html",
        seller=seller,
        url=_url,
        row=row,
        names=NAMES,
        needed=NEEDED,
        missing=[NAMES[name] for name in NEEDED if columns.get(name) not in there],
        columns=[(name, name) for name in there],
        parsed=parsed,
        shown=(parsed.invoices if parsed else [])[:SHOWN],
        problems=[(each.line, each.text) for each in (parsed.problems if parsed else [])[:PROBLEMS_SHOWN]],
    )


def _start(row: InvoiceImport, columns: dict[str, str]) -> None:
    parse(decoded(row.content), columns)
    row.columns = columns
    start(row, by=current_actor(), now=clock.now())
    run_import.later(import_id=str(row.id))


def _parsed(text: str, columns: dict[str, str]) -> Parsed | None:
    """None: a column that is needed was not named yet."""
    try:
        return parse(text, columns)
    except DomainError:
        return None


def _sent() -> tuple[str, bytes]:
    """Raises InvalidInput: no file was chosen."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        raise InvalidInput({"file": [_("Choose a CSV file.")]})
    return "".join(filter(str.isprintable, sent.filename or "")) or "invoices.csv", content


def _seller(sub_account_id: UUID | None) -> SubAccount:
    """The panel's own, or the one whose tab it is."""
    found: SubAccount = g.sub_account if sub_account_id is None else sub_account(sub_account_id)
    return found


def _url(page: str, seller: SubAccount, **values: Any) -> str:  # noqa: ANN401  # The parts of an address.
    """The address of another of these pages, in the same place."""
    if request.blueprint == in_console.name:
        return url_for(f"{in_console.name}.{page}", sub_account_id=seller.id, **values)
    return url_for(f"{in_panel.name}.{page}", **values)


PAGES = [in_console, in_panel]
