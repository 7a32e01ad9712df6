"""Staff's page of the portal itself: its address and face, and who asks to be let in."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.tenants.logo import BYTES_MAX, LogoMissing
from subaccounts.customers.models import Customer
from subaccounts.customers.operations import CustomerWish, add_customer
from subaccounts.customers.queries import choices, customer
from subaccounts.portal import queries
from subaccounts.portal.calendar import today_at
from subaccounts.portal.operations.portals import brand_portal, set_portal_logo
from subaccounts.portal.operations.requests import approve_request, decline_request, request_to_decide
from subaccounts.portal.routes.access import portal_url
from subaccounts.portal.schemas import ApprovalForm, ListQuery, PortalForm

desk = panel("portal_desk", __name__)


@desk.route("/portal", methods=["GET", "POST"])
@permits("customers.manage")
def show() -> ResponseReturnValue:
    form = _form()
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            portal = queries.portal_of(g.sub_account.id)
            brand_portal(portal, **wish, by=current_actor(), now=clock.now())
            return _saved()
    return _page(form)


@desk.post("/portal/logo")
@permits("customers.manage")
def upload_logo() -> ResponseReturnValue:
    form = _form()
    sent = request.files.get("logo")
    with form.catching(), transaction():
        if not sent:
            raise LogoMissing
        picture = sent.read(BYTES_MAX + 1)
        set_portal_logo(queries.portal_of(g.sub_account.id), picture, by=current_actor(), now=clock.now())
    return _page(form) if form.errors else _saved()


@desk.post("/portal/logo/removal")
@permits("customers.manage")
def remove_logo() -> ResponseReturnValue:
    with transaction():
        set_portal_logo(queries.portal_of(g.sub_account.id), None, by=current_actor(), now=clock.now())
    return _saved()


@desk.get("/portal/requests")
@permits("customers.manage")
def requests() -> ResponseReturnValue:
    form = Form(ApprovalForm())
    page = queries.waiting_requests(g.sub_account.id, **load_filters(ListQuery()))
    known = [(each.public_id, each.name) for each in choices(g.sub_account.id)]
    return form.page("subaccounts/portal/requests.html", page=page, known=known)


@desk.post("/portal/requests/<id(par):request_id>/approval")
@permits("customers.manage")
def approve(request_id: UUID) -> ResponseReturnValue:
    wish = Form(ApprovalForm()).load() or {}
    with transaction():
        waiting = request_to_decide(request_id)
        chosen = _customer(wish.get("customer"), waiting.name, waiting.email)
        approve_request(
            waiting, chosen, begins_on=today_at(g.sub_account, clock.now()), by=current_actor(), now=clock.now()
        )
    flash(_("%(email)s can come in. A welcome with a link is on its way.", email=waiting.email), "success")
    return redirect(url_for(".requests"))


def _customer(customer_id: UUID | None, name: str, email: str) -> Customer:
    """The one that was chosen, or a new one under the asker's name."""
    if customer_id is not None:
        return customer(customer_id, sub_account_id=g.sub_account.id)
    return add_customer(g.sub_account, CustomerWish(name=name, email=email), by=current_actor(), now=clock.now())


@desk.post("/portal/requests/<id(par):request_id>/refusal")
@permits("customers.manage")
def decline(request_id: UUID) -> ResponseReturnValue:
    with transaction():
        decline_request(request_to_decide(request_id), by=current_actor(), now=clock.now())
    flash(_("The request was declined, and who asked is told."), "success")
    return redirect(url_for(".requests"))


def _form() -> Form:
    portal = queries.portal_of(g.sub_account.id)
    return Form(PortalForm(), initial={"name": portal.name or "", "accent": portal.accent or ""})


def _page(form: Form) -> ResponseReturnValue:
    return form.page(
        "subaccounts/portal/desk.html", portal=queries.portal_of(g.sub_account.id), portal_url=portal_url()
    )


def _saved() -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for(".show"))
