"""A draft is written: for whom, its lines, what else it says."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput, NotFound
from agency.foundation.forms import Form
from agency.foundation.paging import LIMIT_MAX
from agency.foundation.schemas import Text
from agency.foundation.typed_amounts import written
from agency.plans.models.taxes import Tax
from agency.plans.queries import providers_of, taxes
from subaccounts.invoices import queries
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.operations.drafting import draft
from subaccounts.invoices.operations.editing import (
    OpenedNeverChanges,
    add_line,
    change_draft,
    change_line,
    remove_line,
)
from subaccounts.invoices.payers import payers
from subaccounts.invoices.routes.desk.forms import KEEP, DraftForm, LineForm, NewDraftForm
from subaccounts.invoices.routes.desk.places import DESK, ONE, OWN, Place, in_console, in_panel, place
from subaccounts.invoices.rules.lines import LineWish
from subaccounts.invoices.wishes import draft_wish

LINE = "/lines/<id(lin):line_id>"
DAY = timedelta(days=1)
TEXTS = ("due_on", "purchase_order", "beneficiary", "notes", "terms")


@in_panel.route(f"{OWN}/new", methods=["GET", "POST"])
@in_console.route(f"{DESK}/new", methods=["GET", "POST"])
@permits("invoices.manage")
def create() -> ResponseReturnValue:
    at = place()
    form = Form(NewDraftForm(), initial={"payer": request.args.get("payer", "")})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            found = draft(draft_wish(_payer(at, wish) | _period(wish)), by=current_actor(), now=clock.now())
            return redirect(at.url("edit", invoice_id=found.public_id))
    search, chosen = request.args.get("search", ""), form.values.get("payer", "")
    choice = payers(at.seller_at_hand.sub_account_id, search=search, chosen=chosen)
    return form.page("subaccounts/invoices/new.html", at=at, payers=choice, search=search)


@in_panel.route(f"{OWN}{ONE}/edit", methods=["GET", "POST"])
@in_console.route(f"{DESK}{ONE}/edit", methods=["GET", "POST"])
@permits("invoices.manage")
def edit(invoice_id: UUID) -> ResponseReturnValue:
    at = place()
    found = _draft(at, invoice_id)
    labels = _labels(at, found)
    form = Form(_schema(labels), initial=_initial(found, labels))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            change_draft(found.id, _changes(wish, labels), by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(at.url("edit", invoice_id=found.id))
    lines = queries.lines(found)
    return form.page("subaccounts/invoices/edit.html", at=at, invoice=found, lines=lines, labels=labels)


@in_panel.route(f"{OWN}{ONE}/lines/new", methods=["GET", "POST"])
@in_console.route(f"{DESK}{ONE}/lines/new", methods=["GET", "POST"])
@permits("invoices.manage")
def new_line(invoice_id: UUID) -> ResponseReturnValue:
    at = place()
    found = _draft(at, invoice_id)
    form = Form(LineForm(), initial={"quantity": "1"})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            add_line(found.id, LineWish(**_line(at, wish)), by=current_actor(), now=clock.now())
            return redirect(at.url("edit", invoice_id=found.id))
    return _line_page(form, at, found, None)


@in_panel.route(f"{OWN}{ONE}{LINE}", methods=["GET", "POST"])
@in_console.route(f"{DESK}{ONE}{LINE}", methods=["GET", "POST"])
@permits("invoices.manage")
def edit_line(invoice_id: UUID, line_id: UUID) -> ResponseReturnValue:
    at = place()
    found = _draft(at, invoice_id)
    line = next((row for row in queries.lines(found) if row.id == line_id), None)
    if not isinstance(line, InvoiceDraftLine):
        raise NotFound
    form = Form(LineForm(), initial=_initial_line(line))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            change_line(found.id, line_id, _line(at, wish), by=current_actor(), now=clock.now())
            return redirect(at.url("edit", invoice_id=found.id))
    return _line_page(form, at, found, line)


@in_panel.post(f"{OWN}{ONE}{LINE}/remove")
@in_console.post(f"{DESK}{ONE}{LINE}/remove")
@permits("invoices.manage")
def take_line_off(invoice_id: UUID, line_id: UUID) -> ResponseReturnValue:
    at = place()
    found = _draft(at, invoice_id)
    with transaction():
        remove_line(found.id, line_id, by=current_actor(), now=clock.now())
    return redirect(at.url("edit", invoice_id=invoice_id))


def _draft(at: Place, document_id: UUID) -> InvoiceDraft:
    """Raises OpenedNeverChanges: it is an invoice by now."""
    found = at.document(document_id)
    if not isinstance(found, InvoiceDraft):
        raise OpenedNeverChanges
    return found


def _payer(at: Place, wish: Mapping[str, Any]) -> dict[str, Any]:
    name = ("cus", "customer_id") if at.seller is Seller.SUB_ACCOUNT else ("sac", "sub_account_id")
    try:
        return {name[1]: ids.decode(name[0], wish["payer"])}
    except ids.MalformedId as error:
        raise InvalidInput({"payer": [_("Choose one from the list.")]}) from error


def _period(wish: Mapping[str, Any]) -> dict[str, Any]:
    """The last day as people say it becomes the day after it."""
    end = wish["period_end"]
    return {"period_start": wish["period_start"], "period_end": end + DAY if end else None}


def _labels(at: Place, found: InvoiceDraft) -> list[str]:
    """Of the seller's custom fields, and of those that the draft has besides."""
    own = at.seller_at_hand.terms.custom_fields
    return [*own, *(label for label, _text in found.custom_fields if label not in own)]


def _schema(labels: list[str]) -> DraftForm:
    further: dict[str, Any] = {f"custom_{index}": Text(longest=200, load_default=None) for index in range(len(labels))}
    schema: Any = DraftForm.from_dict(further)
    return schema(unknown="exclude")  # type: ignore[no-any-return]  # Marshmallow makes the class.


def _initial(found: InvoiceDraft, labels: list[str]) -> dict[str, Any]:
    said = dict(found.custom_fields)
    plain = {name: getattr(found, name) or "" for name in TEXTS}
    custom = {f"custom_{index}": said.get(label, "") for index, label in enumerate(labels)}
    last = found.period_end - DAY if found.period_end else ""
    return plain | custom | {"period_start": found.period_start or "", "period_end": last}


def _changes(wish: Mapping[str, Any], labels: list[str]) -> dict[str, Any]:
    custom = {label: wish[f"custom_{index}"] for index, label in enumerate(labels)}
    start, end = _period(wish).values()
    if (start is None) != (end is None):
        missing = "period_start" if start is None else "period_end"
        raise InvalidInput({missing: [_("Say both days of the period, or neither.")]})
    period = (start, end) if start else None
    return {name: wish[name] for name in TEXTS} | {"period": period, "custom_fields": custom}


def _line(at: Place, wish: dict[str, Any]) -> dict[str, Any]:
    """The tax chosen as documents keep it; *keep* leaves it as it is."""
    chosen = wish.pop("tax")
    provider_id = wish["provider_id"]
    if provider_id and provider_id not in {row.id for row in _providers(at)}:
        raise InvalidInput({"provider_id": [_("There is no such service provider.")]})
    return wish if chosen == KEEP else wish | {"taxes": _taxes_said(chosen)}


def _taxes_said(chosen: str) -> list[dict[str, Any]]:
    row = next((tax for tax in _taxes() if tax.public_id == chosen), None)
    if chosen and row is None:
        raise InvalidInput({"tax": [_("Choose one from the list.")]})
    if row is None:
        return []
    percent = f"{row.percent.normalize():f}"
    return [{"name": row.name, "percent": percent, "treatment": row.treatment, "reason": row.reason}]


def _taxes() -> list[Tax]:
    return list(taxes(limit=LIMIT_MAX).rows)


def _providers(at: Place) -> list[Any]:
    return list(providers_of(at.seller_at_hand.sub_account_id))


def _initial_line(line: InvoiceDraftLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": written(line.quantity.normalize()),
        "unit": line.unit or "",
        "unit_price": written(line.unit_price.normalize()),
        "tax": KEEP if line.taxes else "",
        "provider_id": ids.encode("prv", line.provider_id) if line.provider_id else "",
    }


def _line_page(form: Form, at: Place, found: InvoiceDraft, line: InvoiceDraftLine | None) -> ResponseReturnValue:
    return form.page(
        "subaccounts/invoices/line.html",
        at=at,
        invoice=found,
        line=line,
        taxes=_taxes(),
        providers=_providers(at),
    )
