"""Autopay: opted in to by a person, in so many words, and switched off at any time."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.schemas import FormSchema
from subaccounts.customers.queries import customer
from subaccounts.portal.admission import BILLING, as_application
from subaccounts.portal.models.autopay import EndReason
from subaccounts.portal.operations.autopay import autopay_of, due_already, first_card, switch_off, switch_on
from subaccounts.portal.routes.cards import named

autopay = profile("portal_autopay", __name__)


@autopay.route("/autopay", methods=["GET", "POST"])
@permits(BILLING)
def show() -> ResponseReturnValue:
    form = Form(FormSchema())
    if request.method == "POST":
        with form.catching():
            _switch(is_wanted=request.form.get("wanted") == "on")
            return redirect(url_for(".show"))
    with as_application(), transaction():
        agreed, card = autopay_of(g.profile_id), first_card(customer(g.profile_id))
    return form.page(
        "subaccounts/portal/autopay.html",
        agreed=agreed,
        card=named(card) if card else None,
        due=[] if agreed else due_already(g.profile_id, today=g.shown.today),
        consent=consent_text(),
    )


def _switch(*, is_wanted: bool) -> None:
    """Raises NoSavedCard, AutopayOn."""
    by, now = current_actor(), clock.now()
    with as_application(), transaction():
        whose, agreed = customer(g.profile_id), autopay_of(g.profile_id)
        if is_wanted:
            switch_on(whose, identity_id=current_visitor().id, consent=consent_text(), by=by, now=now)
        elif agreed is not None:
            switch_off(agreed, whose, EndReason.SWITCHED_OFF, by=by, now=now)
    flash(_("Autopay is on.") if is_wanted else _("Autopay is off. Nothing is charged by itself any more."), "success")


def consent_text() -> str:
    return str(
        _(
            "You allow %(name)s to charge the card that stands first for each invoice on the day it is due, also"
            " when you are not here, and at once for what is due already. You can switch it off at any time.",
            name=g.shown.name,
        )
    )
