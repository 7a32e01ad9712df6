"""Tax rates for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.plans import queries
from agency.plans.models.taxes import Tax
from agency.plans.operations.archiving import set_archived
from agency.plans.operations.taxes import TaxWish, add_tax, rename_tax
from agency.plans.rules.tax import Treatment
from agency.plans.schemas.meters import ArchivableQuery
from agency.plans.schemas.taxes import NewTax, TaxAnswer, TaxChanges, Taxes

resources = api("taxes", __name__, description="Rates by category and place.")
EXAMPLE = {"name": "IVA", "percent": "16", "category": "standard", "country": "MX"}


@resources.route("/taxes")
class TaxList(MethodView):
    @resources.arguments(ArchivableQuery, location="query")
    @resources.response(200, Taxes)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> Page[Tax]:
        """List taxes, newest first."""
        return queries.taxes(**query)

    @idempotent
    @resources.arguments(NewTax, example=EXAMPLE)
    @resources.response(201, TaxAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any]) -> Tax:
        """Add a tax rate, or the reason for none."""
        asked = TaxWish(**(wish | {"treatment": Treatment(wish["treatment"])}))
        with transaction():
            return add_tax(asked, by=current_actor(), now=clock.now())


@resources.route("/taxes/<id(tax):tax_id>")
class OneTax(MethodView):
    @resources.response(200, TaxAnswer)
    @permits("catalogue.read")
    def get(self, tax_id: UUID) -> Tax:
        """One tax."""
        return queries.one(Tax, tax_id)

    @resources.arguments(TaxChanges)
    @resources.response(200, TaxAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, Any], tax_id: UUID) -> Tax:
        """Rename a tax, or archive it."""
        tax, by, now = queries.one(Tax, tax_id), current_actor(), clock.now()
        with transaction():
            if "name" in changes:
                rename_tax(tax, changes["name"], by=by, now=now)
            if "archived" in changes:
                set_archived(tax, archived=changes["archived"], by=by, now=now)
        return tax
