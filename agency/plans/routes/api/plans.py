"""Plans for programs: a product with what it includes and its prices."""

from collections.abc import Sequence
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
from agency.plans import queries
from agency.plans.models.products import Product
from agency.plans.operations.archiving import set_archived
from agency.plans.operations.plans import ContentsWish, add_plan, change_contents
from agency.plans.operations.products import ProductWish, change_product
from agency.plans.rules.components import ProductKind
from agency.plans.schemas.products import NewPlan, PlanAnswer, PlanChanges, Plans, ProductQuery
from agency.plans.wishes import contents_said, price_wish

resources = api("plans", __name__, description="What clients subscribe to.")
EXAMPLE = {
    "name": "Growth",
    "description": "For clinics with a team.",
    "trial_days": 14,
    "seats_included": 3,
    "included_usage": {"emails": "1000", "calls": "200"},
    "included_credits": {"amount": "20.00", "currency": "USD"},
    "prices": [
        {"interval": "month", "model": "flat", "unit_price": "97.00"},
        {"interval": "year", "model": "flat", "unit_price": "970.00"},
        {"component": "seat", "interval": "month", "model": "per_unit", "unit_price": "12.00"},
        {"component": "setup_fee", "model": "flat", "unit_price": "150.00"},
    ],
}


@resources.route("/plans")
class PlanList(MethodView):
    @resources.arguments(ProductQuery, location="query")
    @resources.response(200, Plans)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List plans, newest first."""
        page = queries.products(kind=ProductKind.SAAS_PLAN, **query)
        return {"data": _whole(page.rows), "next_cursor": page.next_cursor}

    @idempotent
    @resources.arguments(NewPlan, example=EXAMPLE)
    @resources.response(201, PlanAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Add a plan with its prices, whole or not at all."""
        lines, contents = wish.pop("prices"), ContentsWish(**contents_said(wish))
        product = ProductWish(kind=ProductKind.SAAS_PLAN, **wish)
        with transaction():
            prices = [price_wish(line, currency=g.agency.currency) for line in lines]
            plan = add_plan(product, contents, prices, by=current_actor(), now=clock.now())
        return _whole([plan])[0]


@resources.route("/plans/<id(prd):plan_id>")
class OnePlan(MethodView):
    @resources.response(200, PlanAnswer)
    @permits("catalogue.read")
    def get(self, plan_id: UUID) -> dict[str, Any]:
        """One plan, as it is sold now."""
        return _whole([queries.plan(plan_id)])[0]

    @resources.arguments(PlanChanges)
    @resources.response(200, PlanAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
        """Change a plan, or archive it; what it includes gets a new version."""
        plan, by, now = queries.plan(plan_id), current_actor(), clock.now()
        contents, archived = contents_said(changes), changes.pop("archived", None)
        with transaction():
            change_product(plan, changes, by=by, now=now)
            if contents:
                change_contents(plan, contents, by=by, now=now)
            if archived is not None:
                set_archived(plan, archived=archived, by=by, now=now)
        return _whole([plan])[0]


def _whole(plans: Sequence[Product]) -> list[dict[str, Any]]:
    now, plan_ids = clock.now(), [plan.id for plan in plans]
    prices = queries.prices_in_force(plan_ids, at=now)
    contents = queries.contents_in_force(plan_ids, at=now)
    return [
        {name: getattr(plan, name) for name in PlanAnswer().fields if hasattr(plan, name)}
        | {
            "public_id": plan.public_id,
            "is_archived": plan.is_archived,
            "contents": contents.get(plan.id),
            "prices": [price for price in prices if price.product_id == plan.id],
        }
        for plan in plans
    ]
