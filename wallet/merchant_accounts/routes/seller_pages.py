"""The same in a panel: whose account receives what a sub-account's own customers pay."""

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from wallet.merchant_accounts.routes import acting

pages = panel("seller_payments", __name__)


@pages.route("/payments-processing", methods=["GET", "POST"])
@permits("billing_accounts.manage")
def show() -> ResponseReturnValue:
    return acting.show(
        g.sub_account.id, lead=_("Whose account at the card processor receives what your own customers pay.")
    )


@pages.post("/payments-processing/check")
@permits("billing_accounts.manage")
def check() -> ResponseReturnValue:
    return acting.check(g.sub_account.id)


@pages.post("/payments-processing/onboarding")
@permits("billing_accounts.manage")
def onboard() -> ResponseReturnValue:
    return acting.onboard(g.sub_account.id)


@pages.get("/payments-processing/questions")
@permits("billing_accounts.manage")
def questions() -> ResponseReturnValue:
    return acting.questions(g.sub_account.id)


@pages.post("/payments-processing/connected")
@permits("billing_accounts.manage")
def receive() -> ResponseReturnValue:
    return acting.receive(g.sub_account.id)
