"""Products of every kind for programs."""

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
from agency.plans.models.products import Product
from agency.plans.operations.archiving import set_archived
from agency.plans.operations.products import ProductWish, add_product, change_product
from agency.plans.rules.components import ProductKind
from agency.plans.schemas.products import AnyProductQuery, NewProduct, ProductAnswer, ProductChanges, Products

resources = api("products", __name__, description="What the agency sells.")
EXAMPLE = {"kind": "resold_service", "name": "E-mail", "description": "Sent through our provider."}


@resources.route("/products")
class ProductList(MethodView):
    @resources.arguments(AnyProductQuery, location="query")
    @resources.response(200, Products)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> Page[Product]:
        """List products, newest first."""
        kind = query.pop("kind", None)
        return queries.products(kind=ProductKind(kind) if kind else None, **query)

    @idempotent
    @resources.arguments(NewProduct, example=EXAMPLE)
    @resources.response(201, ProductAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any]) -> Product:
        """Add a product."""
        asked = ProductWish(**(wish | {"kind": ProductKind(wish["kind"])}))
        with transaction():
            return add_product(asked, by=current_actor(), now=clock.now())


@resources.route("/products/<id(prd):product_id>")
class OneProduct(MethodView):
    @resources.response(200, ProductAnswer)
    @permits("catalogue.read")
    def get(self, product_id: UUID) -> Product:
        """One product."""
        return queries.one(Product, product_id)

    @resources.arguments(ProductChanges)
    @resources.response(200, ProductAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, Any], product_id: UUID) -> Product:
        """Change what is said of a product, or archive it."""
        product, by, now = queries.one(Product, product_id), current_actor(), clock.now()
        archived = changes.pop("archived", None)
        with transaction():
            change_product(product, changes, by=by, now=now)
            if archived is not None:
                set_archived(product, archived=archived, by=by, now=now)
        return product
