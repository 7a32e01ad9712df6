"""Payments processing: whose account at the card processor receives the agency's money."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from wallet.merchant_accounts.routes import acting

pages = console("payments_processing", __name__)


@pages.route("/settings/payments", methods=["GET", "POST"])
@permits("agency.manage")
def show() -> ResponseReturnValue:
    return acting.show(
        None,
        lead=_("Whose account at the card processor receives what your sub-accounts pay."),
        events_url=url_for("processor_events.index"),
    )


@pages.post("/settings/payments/check")
@permits("agency.manage")
def check() -> ResponseReturnValue:
    return acting.check(None)


@pages.post("/settings/payments/onboarding")
@permits("agency.manage")
def onboard() -> ResponseReturnValue:
    return acting.onboard(None)


@pages.get("/settings/payments/questions")
@permits("agency.manage")
def questions() -> ResponseReturnValue:
    return acting.questions(None)


@pages.post("/settings/payments/connected")
@permits("agency.manage")
def receive() -> ResponseReturnValue:
    return acting.receive(None)
