"""The event log: what happened, where each event was sent, and sending it again."""

import json
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form, load_filters
from agency.tenants import queries as tenants
from agency.webhooks import queries, words
from agency.webhooks.deliveries import body_of
from agency.webhooks.operations import NobodyListens, replay
from agency.webhooks.schemas import EventFilters, ReplayForm

ADDRESS = "/developers/events"
ONE = f"{ADDRESS}/<id(evt):logged_event_id>"

event_log = console("event_log", __name__)
panel_event_log = panel("panel_event_log", __name__)
for pages in (event_log, panel_event_log):
    pages.context_processor(lambda: {"words": words})


@event_log.get(ADDRESS)
@panel_event_log.get(ADDRESS)
@permits("webhooks.manage")
def index() -> str:
    filters = load_filters(EventFilters())
    page = queries.logged_events(kind=filters.get("type"), cursor=filters.get("cursor"))
    names = tenants.names({event.sub_account_id for event in page.rows if event.sub_account_id})
    return render_template("agency/webhooks/events.html", page=page, filters=filters, names=names)


@event_log.get(ONE)
@panel_event_log.get(ONE)
@permits("webhooks.manage")
def show(logged_event_id: UUID) -> str:
    event = queries.logged_event(logged_event_id)
    owner = tenants.sub_account(event.sub_account_id) if event.sub_account_id else None
    body = json.dumps(json.loads(body_of(event)), ensure_ascii=False, indent=2)
    sent = queries.sent_of(event)
    return render_template("agency/webhooks/event.html", event=event, owner=owner, body=body, sent=sent)


@event_log.post(f"{ONE}/replay")
@panel_event_log.post(f"{ONE}/replay")
@permits("webhooks.manage")
def send_again(logged_event_id: UUID) -> ResponseReturnValue:
    """To everybody who takes it, or from an endpoint's page to that one."""
    event = queries.logged_event(logged_event_id)
    wish = Form(ReplayForm()).load()
    if wish is None:
        raise NotFound
    try:
        with transaction():
            takers = replay(event, endpoint_id=wish["endpoint"], now=clock.wall())
    except NobodyListens as refusal:
        session.rollback()
        flash(str(refusal), "critical")
    else:
        flash(ngettext("Sent again to %(num)d endpoint.", "Sent again to %(num)d endpoints.", len(takers)), "success")
    if wish["endpoint"] is None:
        return redirect(url_for(".show", logged_event_id=event.id))
    room = "webhooks" if request.blueprint == event_log.name else "panel_webhooks"
    return redirect(url_for(f"{room}.show", endpoint_id=wish["endpoint"]))
