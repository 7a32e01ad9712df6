"""Where the card processor reports, and where staff see what it said. A job acts on it, not the request."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import console, outside
from agency.foundation.access.marks import permits, public
from agency.foundation.database.session import session, transaction
from agency.foundation.forms import load_filters
from agency.foundation.tenancy import scope
from wallet.stripe_webhooks import queries
from wallet.stripe_webhooks.models import InboxState
from wallet.stripe_webhooks.operations import AlreadyHandled, receive, replay
from wallet.stripe_webhooks.schemas import InboxFilters

inbox = outside("stripe_inbox", __name__)
pages = console("processor_events", __name__)
STATES = {
    InboxState.WAITING: (_l("Waiting"), "warning"),
    InboxState.HANDLED: (_l("Done"), "positive"),
    InboxState.IGNORED: (_l("Not ours"), "quiet"),
    InboxState.FAILED: (_l("Failed"), "critical"),
}


@inbox.post("/webhooks/stripe/<id(mer):merchant_account_id>")
@public("The processor signs what it sends, and nothing is believed without its signature.")
def take_in(merchant_account_id: UUID) -> ResponseReturnValue:
    agency_id = queries.agency_of(merchant_account_id)
    with scope.of_agency(agency_id), transaction():
        receive(
            merchant_account_id,
            request.get_data(cache=False),
            request.headers.get("Stripe-Signature"),
            now=clock.wall(),
        )
    return "", 204


@pages.get("/settings/payments/events")
@permits("agency.manage")
def index() -> str:
    filters = load_filters(InboxFilters())
    state = InboxState(filters["state"]) if "state" in filters else None
    page = queries.inbox(state=state, cursor=filters.get("cursor"))
    return render_template("wallet/stripe_webhooks/index.html", page=page, filters=filters, states=STATES)


@pages.post("/settings/payments/events/<id(pev):event_id>/replay")
@permits("agency.manage")
def handle_again(event_id: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            replay(queries.processor_event(event_id))
    except AlreadyHandled as refusal:
        session.rollback()
        flash(str(refusal), "critical")
    else:
        flash(_("The event is handled once more."), "positive")
    return redirect(url_for(".index"))
