"""The list of sub-accounts, its export, and opening another one."""

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.csv_files import csv_answer
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.tenants import queries
from agency.tenants.models import SubAccount
from agency.tenants.operations.sub_accounts import open_sub_account, wish_at
from agency.tenants.schemas import NewSubAccount, SubAccountFilters

pages = console("sub_accounts", __name__)


@pages.get("/sub-accounts")
@permits("sub_accounts.read")
def index() -> str:
    filters = load_filters(SubAccountFilters())
    page = queries.sub_accounts(**filters)
    return render_template("agency/tenants/sub_accounts.html", page=page, filters=filters)


@pages.get("/sub-accounts.csv")
@permits("sub_accounts.read")
def export() -> Response:
    filters = load_filters(SubAccountFilters(exclude=["cursor"], unknown=EXCLUDE))
    about = [_("Id"), _("Name"), _("State"), _("Reference"), _("E-mail")]
    places = [_("Country"), _("Currency"), _("Time zone"), _("Language"), _("Opened (UTC)")]
    return csv_answer("sub-accounts", [*about, *places], map(_line, queries.every_sub_account(**filters)))


def _line(sub_account: SubAccount) -> list[object]:
    return [
        sub_account.public_id,
        sub_account.name,
        sub_account.state,
        sub_account.reference,
        sub_account.email,
        sub_account.country,
        sub_account.currency,
        sub_account.time_zone,
        sub_account.locale,
        sub_account.created_at.isoformat(),
    ]


@pages.route("/sub-accounts/new", methods=["GET", "POST"])
@permits("sub_accounts.manage")
def create() -> ResponseReturnValue:
    defaults = {name: getattr(g.agency, name) for name in ("country", "currency", "time_zone", "locale")}
    form = Form(NewSubAccount(unknown=EXCLUDE), initial=defaults)
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            opened = open_sub_account(wish_at(g.agency, **wish), by=current_actor(), now=clock.now())
            flash(_("%(name)s is open.", name=opened.name), "success")
            return redirect(url_for("sub_account.summary", sub_account_id=opened.id))
    return form.page("agency/tenants/new_sub_account.html", zones=i18n.TIME_ZONES, **_choices())


def _choices() -> dict[str, object]:
    return {"countries": i18n.country_choices(), "currencies": i18n.currency_choices()}
