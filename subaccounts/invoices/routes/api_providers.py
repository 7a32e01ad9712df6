"""Service providers for programs: who gives what a seller bills."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.schemas import Email, QuerySchema, StrictSchema, Text, TypedId
from agency.plans.models.providers import ServiceProvider
from agency.plans.operations.providers import add_provider, archive_provider
from agency.plans.queries import providers_of
from agency.tenants.queries import sub_account

resources = api("service-providers", __name__, description="Who gives what a seller bills.")


class OfSeller(QuerySchema):
    sub_account_id = TypedId("sac", metadata={"description": "Without it the agency's own; a place has its own."})


class NewProvider(StrictSchema):
    sub_account_id = TypedId("sac", metadata={"description": "Whose they are; without it the agency's."})
    name = Text(required=True, longest=200, metadata={"example": "Dr. Mora"})
    licence_number = Text(longest=60, load_default=None, allow_none=True, metadata={"example": "L-77"})
    phone = Text(longest=40, load_default=None, allow_none=True, metadata={"example": "+52 55 5555 0101"})
    email = Email(load_default=None, allow_none=True, metadata={"example": "mora@dentalnorte.example"})


class ProviderAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "prv_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac", allow_none=True)
    name = fields.String(metadata={"example": "Dr. Mora"})
    licence_number = fields.String(allow_none=True, metadata={"example": "L-77"})
    phone = fields.String(allow_none=True, metadata={"example": "+52 55 5555 0101"})
    email = fields.String(allow_none=True, metadata={"example": "mora@dentalnorte.example"})


class ProviderList(StrictSchema):
    data = fields.List(fields.Nested(ProviderAnswer))


@resources.route("/service-providers")
class Providers(MethodView):
    @resources.arguments(OfSeller, location="query")
    @resources.response(200, ProviderList)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> dict[str, Sequence[ServiceProvider]]:
        """Those who are offered for new lines, by name."""
        return {"data": providers_of(_seller(query))}

    @idempotent
    @resources.arguments(NewProvider)
    @resources.response(201, ProviderAnswer)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any]) -> ServiceProvider:
        """Add somebody who gives services in the seller's name."""
        seller = _seller(said)
        wish = {name: value for name, value in said.items() if name != "sub_account_id"}
        with transaction():
            return add_provider(seller, wish, by=current_actor(), now=clock.now())


@resources.route("/service-providers/<id(prv):provider_id>/archive")
class Archive(MethodView):
    @resources.arguments(OfSeller, location="query")
    @resources.response(200, ProviderAnswer)
    @permits("invoices.manage")
    def post(self, query: dict[str, Any], provider_id: UUID) -> ServiceProvider:
        """Offer them no longer; documents keep them."""
        with transaction():
            return archive_provider(provider_id, _seller(query), by=current_actor(), now=clock.now())


def _seller(said: Mapping[str, Any]) -> UUID | None:
    """The key's own place, or the one that the agency names; None is the agency itself."""
    wanted = said.get("sub_account_id") or g.get("place")
    return sub_account(wanted).id if wanted else None
