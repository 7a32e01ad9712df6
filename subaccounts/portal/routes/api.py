"""Portal access for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.staff.mails import full_address
from agency.tenants.queries import sub_account
from subaccounts.customers.queries import customer
from subaccounts.portal import queries
from subaccounts.portal.calendar import today_at
from subaccounts.portal.operations.granting import GrantWish, grant_access, reset_access, revoke_access
from subaccounts.portal.schemas import NewPortalAccess, PortalAccessAnswer, PortalAccessList, grant_answer

resources = api("portal-access", __name__, description="Who may open a customer's billing in the portal.")
ADDRESS = "/customers/<id(cus):customer_id>/portal-access"
ONE = f"{ADDRESS}/<id(pgr):grant_id>"


@resources.route(ADDRESS)
class Accesses(MethodView):
    @resources.response(200, PortalAccessList)
    @permits("customers.read")
    def get(self, customer_id: UUID) -> dict[str, Any]:
        """List who may come in, revoked access last, and the portal's address."""
        found = customer(customer_id)
        data = [grant_answer(each.grant, each.identity) for each in queries.access_to(customer_id)]
        slug = queries.portal_of(found.sub_account_id).slug
        return {"data": data, "portal_url": full_address("portal_entry.show", portal=slug)}

    @idempotent
    @resources.arguments(NewPortalAccess)
    @resources.response(201, PortalAccessAnswer)
    @permits("customers.manage")
    def post(self, body: dict[str, Any], customer_id: UUID) -> dict[str, object]:
        """Let an address in. A welcome with a link that registers and signs in is mailed to it."""
        found = customer(customer_id)
        wish = GrantWish(
            email=body["email"],
            name=body["name"] or found.name,
            begins_on=body["begins_on"] or today_at(sub_account(found.sub_account_id), clock.now()),
            ends_on=body["ends_on"],
        )
        with transaction():
            grant = grant_access(found, wish, by=current_actor(), now=clock.now())
            return grant_answer(grant, queries.identity(grant.identity_id))


@resources.route(ONE)
class OneAccess(MethodView):
    @resources.response(204)
    @permits("customers.manage")
    def delete(self, customer_id: UUID, grant_id: UUID) -> None:
        """Revoke access. With the last one of an address every sign-in of it ends."""
        with transaction():
            one = queries.access(grant_id, customer_id)
            revoke_access(one.grant, customer(customer_id), by=current_actor(), now=clock.now(), wall=clock.wall())


@resources.route(f"{ONE}/reset")
class Reset(MethodView):
    @idempotent
    @resources.response(200, PortalAccessAnswer)
    @permits("customers.manage")
    def post(self, customer_id: UUID, grant_id: UUID) -> dict[str, object]:
        """End every sign-in of the address and mail it a fresh link."""
        with transaction():
            one = queries.access(grant_id, customer_id)
            reset_access(one.grant, customer(customer_id), by=current_actor(), now=clock.now(), wall=clock.wall())
        return grant_answer(one.grant, one.identity)
