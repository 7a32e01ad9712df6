"""Cards that were refused, as a page of the console."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.audit.schemas import LogCursor
from agency.foundation.forms import load_filters
from agency.reports.queries.failures import count_declined, declined
from agency.reports.routes.tiles import DAYS
from wallet.charges.rules import DeclineClass
from wallet.payment_methods.words import refusal_words

PURPOSES = {
    "bill": _l("Subscription"),
    "payment": _l("Payment of invoices"),
    "recharge": _l("Automatic recharge"),
    "top_up": _l("Added funds"),
}
CLASSES = {
    DeclineClass.SOFT: _l("Temporary"),
    DeclineClass.HARD: _l("Refused"),
    DeclineClass.NEEDS_AUTHENTICATION: _l("Needs the cardholder"),
    DeclineClass.OURS: _l("On our side"),
}

pages = console("failed_charges", __name__)


@pages.get("/reports/failed-charges")
@permits("reports.read")
def show() -> str:
    failures, page = declined(cursor=load_filters(LogCursor()).get("cursor"))
    return render_template(
        "agency/reports/failures.html",
        failures=failures,
        page=page,
        lately=count_declined(days=DAYS, now=clock.now()),
        days=DAYS,
        purposes=PURPOSES,
        classes=CLASSES,
        refusal_words=refusal_words,
    )
