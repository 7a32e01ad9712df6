"""Staff's page of who may open a customer's billing in the portal."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.staff.mails import full_address
from subaccounts.customers.models import Customer
from subaccounts.customers.queries import customer
from subaccounts.portal import queries
from subaccounts.portal.calendar import today_at
from subaccounts.portal.operations.granting import GrantWish, grant_access, reset_access, revoke_access
from subaccounts.portal.schemas import GrantForm

ADDRESS = "/customers/<id(cus):customer_id>/portal-access"
ONE = f"{ADDRESS}/<id(pgr):grant_id>"

access = panel("portal_access", __name__)


@access.route(ADDRESS, methods=["GET", "POST"])
@permits("customers.manage")
def show(customer_id: UUID) -> ResponseReturnValue:
    found = customer(customer_id, sub_account_id=g.sub_account.id)
    form = Form(GrantForm(), initial={"email": found.email, "name": found.name})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            grant_access(found, grant_wish(found, wish), by=current_actor(), now=clock.now())
            flash(_("%(email)s can come in. A welcome with a link is on its way.", email=wish["email"]), "success")
            return redirect(url_for(".show", customer_id=customer_id))
    return form.page(
        "subaccounts/portal/access.html",
        customer=found,
        everybody=queries.access_to(customer_id),
        today=today_at(g.sub_account, clock.now()),
        portal_url=portal_url(),
    )


def grant_wish(found: Customer, wish: dict[str, Any]) -> GrantWish:
    """What was left open is the customer's own name, and from today on without an end."""
    return GrantWish(
        email=wish["email"],
        name=wish["name"] or found.name,
        begins_on=wish["begins_on"] or today_at(g.sub_account, clock.now()),
        ends_on=wish["ends_on"],
    )


def portal_url() -> str:
    return full_address("portal_entry.show", portal=queries.portal_of(g.sub_account.id).slug)


@access.post(f"{ONE}/revocation")
@permits("customers.manage")
def revoke(customer_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    found = customer(customer_id, sub_account_id=g.sub_account.id)
    with transaction():
        one = queries.access(grant_id, customer_id)
        revoke_access(one.grant, found, by=current_actor(), now=clock.now(), wall=clock.wall())
    flash(_("%(email)s cannot open this customer's billing any more.", email=one.identity.email), "success")
    return redirect(url_for(".show", customer_id=customer_id))


@access.post(f"{ONE}/reset")
@permits("customers.manage")
def reset(customer_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    found = customer(customer_id, sub_account_id=g.sub_account.id)
    with transaction():
        one = queries.access(grant_id, customer_id)
        reset_access(one.grant, found, by=current_actor(), now=clock.now(), wall=clock.wall())
    text = _("%(email)s is signed out everywhere, and a fresh link is on its way.", email=one.identity.email)
    flash(text, "success")
    return redirect(url_for(".show", customer_id=customer_id))
