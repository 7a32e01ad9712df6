"""All documents of a place, found by payer, billing period and status."""

from typing import Any
from uuid import UUID

from flask import Response, g, render_template, request
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.forms import load_filters
from agency.foundation.schemas import FormSchema, Text, TypedId, one_of
from agency.tenants.queries import sub_account
from subaccounts.customers import queries as customers
from subaccounts.invoices import queries
from subaccounts.invoices.answers import standing
from subaccounts.invoices.operations.documents import csv_of, detailed_csv_of
from subaccounts.invoices.queries import STATUSES
from subaccounts.invoices.routes.desk.places import (
    BILLED,
    DESK,
    OWN,
    TAB,
    Place,
    as_payer,
    in_console,
    in_panel,
    in_tab,
    place,
    place_of_tab,
)

EXPORT_MAX = 10_000


class Filters(FormSchema):
    status = fields.String(validate=one_of([str(status) for status in STATUSES]))
    search = Text(longest=100)
    period_from = fields.Date(data_key="from")
    period_to = fields.Date(data_key="to")
    customer_id = TypedId("cus", data_key="customer")


class ListFilters(Filters):
    cursor = fields.String()
    detail = fields.String(validate=one_of(("lines",)))


@in_panel.get(OWN)
@in_console.get(DESK)
@as_payer.get(BILLED)
@permits("invoices.read")
def index() -> str:
    return _page(place())


@in_tab.get(TAB, endpoint="index")
@permits("invoices.read")
def of_sub_account(sub_account_id: UUID) -> str:
    return _page(place_of_tab(sub_account_id), sub_account=sub_account(sub_account_id))


@in_panel.get(f"{OWN}/export.csv")
@in_console.get(f"{DESK}/export.csv")
@as_payer.get(f"{BILLED}/export.csv")
@permits("invoices.read")
def export() -> Response:
    """What the list shows, as CSV; with ``detail=lines`` a row for each line."""
    at, filters = place(), load_filters(ListFilters(exclude=["cursor"]))
    write = detailed_csv_of if filters.pop("detail", None) else csv_of
    filters = _visible(at, filters)
    found = list(queries.every_document(at.wanted(**filters), most=EXPORT_MAX))
    said = queries.said_of_many(found)
    return write("invoices", [(row.public_id, said[row.id]) for row in found])


def _page(at: Place, **context: object) -> str:
    filters = load_filters(ListFilters(exclude=["detail"]))
    cursor = filters.pop("cursor", None)
    found = _visible(at, filters)
    page = queries.documents(at.wanted(**found), cursor=cursor)
    if "customer_id" in filters:
        context["customer"] = customers.customer(filters["customer_id"], sub_account_id=g.sub_account.id)
    return render_template(
        f"subaccounts/invoices/{'tab' if at.blueprint == in_tab.name else 'index'}.html",
        at=at,
        page=page,
        filters=filters,
        typed=request.args,
        standings={row.id: standing(row, today=at.today) for row in page.rows},
        now=clock.now(),
        **context,
    )


def _visible(at: Place, filters: dict[str, Any]) -> dict[str, Any]:
    """A payer's list has opened documents alone, whatever it is asked for."""
    if not at.is_payer:
        return filters
    return {
        **filters,
        "status": None if filters.get("status") == queries.DRAFT else filters.get("status"),
        "opened": True,
    }
