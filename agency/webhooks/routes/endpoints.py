"""Webhook endpoints on the agency's pages, which show its sub-accounts' too, and on a sub-account's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.tenants import queries as tenants
from agency.webhooks import queries, words
from agency.webhooks.kinds import names_for
from agency.webhooks.models import Endpoint
from agency.webhooks.operations import add_endpoint, change_endpoint, remove_endpoint, replace_secret, switch
from agency.webhooks.schemas import EndpointForm, NewEndpointForm, PageCursor

ADDRESS = "/developers/webhooks"
ONE = f"{ADDRESS}/<id(whe):endpoint_id>"

webhooks = console("webhooks", __name__)
panel_webhooks = panel("panel_webhooks", __name__)
for pages in (webhooks, panel_webhooks):
    pages.context_processor(lambda: {"words": words})


@webhooks.get(ADDRESS)
@panel_webhooks.get(ADDRESS)
@permits("webhooks.manage")
def index() -> str:
    page = queries.endpoints(**load_filters(PageCursor()))
    names = tenants.names({endpoint.sub_account_id for endpoint in page.rows if endpoint.sub_account_id})
    return render_template("agency/webhooks/endpoints.html", page=page, names=names)


@webhooks.route(f"{ADDRESS}/new", methods=["GET", "POST"])
@panel_webhooks.route(f"{ADDRESS}/new", methods=["GET", "POST"])
@permits("webhooks.manage")
def new() -> ResponseReturnValue:
    form = Form(NewEndpointForm(), initial={"app_id": request.args.get("app_id", "")})
    wish = form.load()
    if wish is not None:
        with form.catching():
            return _add(wish)
    kinds = names_for(one_app=bool(form.values.get("app_id")))
    return form.page("agency/webhooks/endpoint_form.html", endpoint=None, kinds=kinds, chosen=_chosen(form))


def _add(wish: dict[str, Any]) -> ResponseReturnValue:
    """The secret goes straight into the page, this once: a redirect would have to keep it somewhere."""
    with transaction():
        contact = current_visitor().email
        endpoint, secret = add_endpoint(**wish, contact=contact, by=current_actor(), now=clock.wall())
    return render_template("agency/webhooks/endpoint_made.html", endpoint=endpoint, secret=secret, overlap_ends=None)


@webhooks.get(ONE)
@panel_webhooks.get(ONE)
@permits("webhooks.manage")
def show(endpoint_id: UUID) -> str:
    endpoint = queries.endpoint(endpoint_id)
    owner = tenants.sub_account(endpoint.sub_account_id) if endpoint.sub_account_id else None
    page = queries.sent_to(endpoint, **load_filters(PageCursor()))
    ends = _overlap_ends(endpoint)
    return render_template(
        "agency/webhooks/endpoint.html", endpoint=endpoint, owner=owner, page=page, overlap_ends=ends
    )


def _overlap_ends(endpoint: Endpoint) -> datetime | None:
    """Until when a secret that was replaced signs along."""
    return max((until for _old, until in endpoint.overlapping(clock.wall())), default=None)


@webhooks.post(f"{ONE}/replace-secret")
@panel_webhooks.post(f"{ONE}/replace-secret")
@permits("webhooks.manage")
def renew_secret(endpoint_id: UUID) -> str:
    """The new one goes straight into the page, as where an endpoint is added."""
    endpoint = queries.endpoint(endpoint_id)
    with transaction():
        secret = replace_secret(endpoint, by=current_actor(), now=clock.wall())
    return render_template(
        "agency/webhooks/endpoint_made.html", endpoint=endpoint, secret=secret, overlap_ends=_overlap_ends(endpoint)
    )


@webhooks.route(f"{ONE}/edit", methods=["GET", "POST"])
@panel_webhooks.route(f"{ONE}/edit", methods=["GET", "POST"])
@permits("webhooks.manage")
def edit(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = queries.endpoint(endpoint_id)
    kept = {"url": endpoint.url, "description": endpoint.description, "event_types": endpoint.event_kinds}
    form = Form(EndpointForm(), initial=kept)
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            change_endpoint(endpoint, wish, by=current_actor(), now=clock.wall())
            flash(_("Saved."), "success")
            return redirect(url_for(".show", endpoint_id=endpoint_id))
    kinds = names_for(one_app=endpoint.app_id is not None)
    return form.page("agency/webhooks/endpoint_form.html", endpoint=endpoint, kinds=kinds, chosen=_chosen(form))


def _chosen(form: Form) -> list[str]:
    """The types that are ticked: as they were sent, or as they are kept."""
    chosen: list[str] = request.form.getlist("event_types") if form.is_submitted else form.values.get("event_types", [])
    return chosen


@webhooks.post(f"{ONE}/switch-on")
@panel_webhooks.post(f"{ONE}/switch-on")
@permits("webhooks.manage")
def switch_on(endpoint_id: UUID) -> ResponseReturnValue:
    with transaction():
        switch(queries.endpoint(endpoint_id), is_on=True, by=current_actor(), now=clock.wall())
    flash(_("Events are sent to this endpoint from now on."), "success")
    return redirect(url_for(".show", endpoint_id=endpoint_id))


@webhooks.post(f"{ONE}/switch-off")
@panel_webhooks.post(f"{ONE}/switch-off")
@permits("webhooks.manage")
def switch_off(endpoint_id: UUID) -> ResponseReturnValue:
    with transaction():
        switch(queries.endpoint(endpoint_id), is_on=False, by=current_actor(), now=clock.wall())
    flash(_("Nothing is sent to this endpoint any more."), "success")
    return redirect(url_for(".show", endpoint_id=endpoint_id))


@webhooks.post(f"{ONE}/remove")
@panel_webhooks.post(f"{ONE}/remove")
@permits("webhooks.manage")
def remove(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = queries.endpoint(endpoint_id)
    with transaction():
        remove_endpoint(endpoint, by=current_actor(), now=clock.wall())
    flash(_("The endpoint %(name)s is removed.", name=endpoint.name), "success")
    return redirect(url_for(".index"))
