"""Coupons for programs."""

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
from agency.plans.models.coupons import Coupon
from agency.plans.operations.archiving import set_archived
from agency.plans.operations.coupons import CouponWish, add_coupon, change_coupon
from agency.plans.rules.coupons import Duration
from agency.plans.schemas.coupons import CouponAnswer, CouponChanges, Coupons, NewCoupon
from agency.plans.schemas.meters import ArchivableQuery

resources = api("coupons", __name__, description="Discounts under a code.")
EXAMPLE = {"code": "WELCOME20", "name": "Welcome", "percent": "20", "duration": "periods", "periods": 3}


@resources.route("/coupons")
class CouponList(MethodView):
    @resources.arguments(ArchivableQuery, location="query")
    @resources.response(200, Coupons)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> Page[Coupon]:
        """List coupons, newest first."""
        return queries.coupons(**query)

    @idempotent
    @resources.arguments(NewCoupon, example=EXAMPLE)
    @resources.response(201, CouponAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any]) -> Coupon:
        """Add a coupon."""
        asked = CouponWish(**(wish | {"duration": Duration(wish["duration"])}))
        with transaction():
            return add_coupon(asked, by=current_actor(), now=clock.now())


@resources.route("/coupons/<id(cpn):coupon_id>")
class OneCoupon(MethodView):
    @resources.response(200, CouponAnswer)
    @permits("catalogue.read")
    def get(self, coupon_id: UUID) -> Coupon:
        """One coupon, with how often it was redeemed."""
        return queries.one(Coupon, coupon_id)

    @resources.arguments(CouponChanges)
    @resources.response(200, CouponAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, Any], coupon_id: UUID) -> Coupon:
        """Change a coupon's name, expiry or limits, or archive it."""
        coupon, by, now = queries.one(Coupon, coupon_id), current_actor(), clock.now()
        archived = changes.pop("archived", None)
        with transaction():
            change_coupon(coupon, changes, by=by, now=now)
            if archived is not None:
                set_archived(coupon, archived=archived, by=by, now=now)
        return coupon
