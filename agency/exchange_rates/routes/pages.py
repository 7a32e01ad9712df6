"""Exchange rates as the agency's staff enters them: they inform beside a legal amount."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.exchange_rates import queries
from agency.exchange_rates.operations import RateWish, enter_rate
from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.foundation.local_days import local_day
from agency.foundation.schemas import FormSchema, Text, known

pages = console("exchange_rates", __name__)


class Cursor(FormSchema):
    cursor = fields.String()


class RateForm(FormSchema):
    base = fields.String(required=True, validate=known(i18n.IN_USE))
    quote = fields.String(required=True, validate=known(i18n.IN_USE))
    rate = Text(
        required=True,
        longest=24,
        validate=validate.Regexp(r"[0-9]{1,12}(\.[0-9]{1,10})?$", error=_l("Write a number such as 17.25.")),
    )
    day = fields.Date(required=True)
    source = Text(required=True, longest=80)


@pages.get("/exchange-rates")
@permits("invoices.read")
def index() -> str:
    page = queries.rates(**load_filters(Cursor()))
    return render_template("agency/exchange_rates/index.html", page=page)


@pages.route("/exchange-rates/new", methods=["GET", "POST"])
@permits("agency.manage")
def create() -> ResponseReturnValue:
    today = local_day(clock.now(), ZoneInfo(g.agency.time_zone))
    form = Form(RateForm(), initial={"base": g.agency.currency, "day": today.isoformat()})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            asked = RateWish(**(wish | {"rate": Decimal(wish["rate"])}))
            enter_rate(asked, today=today, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".index"))
    return form.page("agency/exchange_rates/new.html", currencies=i18n.currency_choices())
