"""What renews today, and the clients whose billing failed."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.database.session import transaction
from agency.foundation.forms import load_filters
from agency.foundation.schemas import QuerySchema
from agency.tenants import queries as tenants
from subaccounts.billing_run import queries
from subaccounts.billing_run.jobs import bill_again
from subaccounts.billing_run.routes.tiles import end_of_today
from subaccounts.subscriptions.queries import shown_page

pages = console("billing_run", __name__)


class Cursor(QuerySchema):
    cursor = fields.String()


@pages.get("/billing-run")
@permits("subscriptions.read")
def show() -> str:
    page = shown_page(queries.renewing(end_of_today(), **load_filters(Cursor())))
    parked = queries.parked_clients()
    clients = {row.sub_account_id for row in page.rows} | {row.sub_account_id for row in parked}
    return render_template("subaccounts/billing_run/desk.html", page=page, parked=parked, names=tenants.names(clients))


@pages.post("/billing-run/parked/<id(sac):sub_account_id>/retry")
@permits("subscriptions.manage")
def retry(sub_account_id: UUID) -> ResponseReturnValue:
    client = tenants.sub_account(sub_account_id)
    with transaction():
        bill_again.later_once(sub_account_id=str(sub_account_id))
    flash(_("%(client)s is billed again now. If it fails once more, it comes back to this list.", client=client.name))
    return redirect(url_for(".show"))
