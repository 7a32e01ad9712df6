"""A publisher's revenue: what each app brought, month by month, what was paid out, and what is due."""

from flask import Response, render_template
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from agency.foundation.schemas import QuerySchema
from marketplace.catalogue.queries import apps_by_id, publisher
from marketplace.installs.published import earned
from marketplace.payouts import queries

pages = console("earnings", __name__)


class Cursor(QuerySchema):
    cursor = fields.String()


@pages.get("/publisher/revenue")
@permits("earnings.read")
def revenue() -> str:
    publisher()
    rows = earned()
    return render_template(
        "marketplace/publisher/revenue.html",
        rows=rows,
        apps=apps_by_id(row.app_id for row in rows),
        accounts=queries.accounts(),
        page=queries.payouts(**load_filters(Cursor())),
    )


@pages.get("/publisher/revenue.csv")
@permits("earnings.read")
def statement() -> Response:
    """What agencies owe for each app, month by month."""
    publisher()
    rows = earned()
    apps = apps_by_id(row.app_id for row in rows)
    head = [_("Month"), _("App"), _("Currency"), _("Entries"), _("Clients paid"), _("Given back"), _("Your share")]
    return csv_answer(
        "revenue",
        head,
        (
            (
                f"{row.month:%Y-%m}",
                apps[row.app_id].name,
                row.currency,
                row.entries,
                *(amount.plain() for amount in (row.paid, row.given_back, row.developer)),
            )
            for row in rows
        ),
    )
