"""Prices for programs, and what they would ask."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.plans import queries
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.plans.operations.price_archive import archive_price, restore_price
from agency.plans.operations.price_versions import add_version
from agency.plans.operations.prices import add_price
from agency.plans.rules.appraisal import Appraisal, appraise
from agency.plans.schemas.prices import (
    EvaluationAnswer,
    NewPrice,
    NewVersion,
    PriceAnswer,
    PriceChanges,
    PriceQuery,
    PriceQuestion,
    Prices,
)
from agency.plans.schemas.terms import read_terms
from agency.plans.wishes import price_wish
from agency.tenants.queries import sub_account as sub_account_by_id

resources = api("prices", __name__, description="What products cost: versions that never change.")
TIERS = [{"up_to": "10000", "unit_price": "0.0010"}, {"up_to": None, "unit_price": "0.0008"}]
GRADUATED = {"model": "graduated", "currency": "USD", "tiers": TIERS, "included_units": "1000"}
NEW = {
    "product_id": "prd_01hzy3v7k2e8mb4x9q0n5t6w1r",
    "component": "usage",
    "meter": "emails",
    "interval": "month",
    **GRADUATED,
}
VERSION = {"model": "per_unit", "currency": "USD", "wholesale_cost": "0.0062", "markup": "1.35"}


@resources.route("/prices")
class PriceList(MethodView):
    @resources.arguments(PriceQuery, location="query")
    @resources.response(200, Prices)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> Page[Price]:
        """List prices, every version of them, newest first."""
        return queries.prices(**query)

    @idempotent
    @resources.arguments(NewPrice, example=NEW)
    @resources.response(201, PriceAnswer)
    @permits("catalogue.manage")
    def post(self, line: dict[str, Any]) -> Price:
        """Add a price to a product."""
        product = queries.one(Product, line.pop("product_id"))
        with transaction():
            wish = price_wish(line, currency=g.agency.currency)
            return add_price(product, wish, by=current_actor(), now=clock.now())


@resources.route("/prices/<id(pri):price_id>")
class OnePrice(MethodView):
    @resources.response(200, PriceAnswer)
    @permits("catalogue.read")
    def get(self, price_id: UUID) -> Price:
        """One version of a price."""
        return queries.one(Price, price_id)

    @resources.arguments(PriceChanges)
    @resources.response(200, PriceAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, bool], price_id: UUID) -> Price:
        """Withdraw a price from sale, or sell it again: nothing else of it changes."""
        price = queries.one(Price, price_id)
        act = archive_price if changes["archived"] else restore_price
        with transaction():
            act(price, by=current_actor(), now=clock.now())
        return price


@resources.route("/prices/<id(pri):price_id>/versions")
class Versions(MethodView):
    @resources.response(200, Prices)
    @permits("catalogue.read")
    def get(self, price_id: UUID) -> Page[Price]:
        """Every version of a price, newest first."""
        return Page(queries.versions(queries.one(Price, price_id).line_id), next_cursor=None)

    @idempotent
    @resources.arguments(NewVersion, example=VERSION)
    @resources.response(201, PriceAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any], price_id: UUID) -> Price:
        """Change a price by a new version of it, for everybody or for one sub-account."""
        price = queries.one(Price, price_id)
        client = wish.get("sub_account_id")
        terms, wholesale_cost = read_terms(wish, currency=price.currency)
        with transaction():
            return add_version(
                price,
                terms,
                wholesale_cost=wholesale_cost,
                sub_account=sub_account_by_id(client) if client else None,
                effective_from=wish.get("effective_from"),
                by=current_actor(),
                now=clock.now(),
            )


@resources.route("/prices/evaluate")
class Evaluations(MethodView):
    @resources.arguments(PriceQuestion, example=GRADUATED | {"quantity": "12000"})
    @resources.response(200, EvaluationAnswer)
    @permits("catalogue.read")
    def post(self, question: dict[str, Any]) -> Appraisal:
        """What terms would ask for a quantity, and the steps that lead there; nothing is stored."""
        terms, wholesale_cost = read_terms(question, currency=g.agency.currency)
        return appraise(
            terms,
            question["quantity"],
            wholesale_cost=wholesale_cost,
            transactions=question["transactions"],
            closing=question["closing"],
        )
