"""Discounts under a code."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.foundation.local_days import instant, local_day
from agency.plans import queries
from agency.plans.models.coupons import Coupon
from agency.plans.operations.archiving import archive, restore
from agency.plans.operations.coupons import CouponWish, add_coupon, change_coupon
from agency.plans.routes.pages import catalogue_pages
from agency.plans.rules.coupons import Duration
from agency.plans.schemas.forms import CatalogueFilters, CouponForm, CouponLimitsForm

pages = catalogue_pages("catalogue_coupons", __name__)
DAY = timedelta(days=1)
PRODUCTS_OFFERED = 50


@pages.get("/catalogue/coupons")
@permits("catalogue.read")
def index() -> str:
    filters = load_filters(CatalogueFilters(exclude=["search"]))
    page = queries.coupons(archived=filters.get("state") == "archived", cursor=filters.get("cursor"))
    return render_template("agency/plans/coupons.html", page=page, filters=filters)


@pages.route("/catalogue/coupons/new", methods=["GET", "POST"])
@permits("catalogue.manage")
def create() -> ResponseReturnValue:
    form = Form(CouponForm(currency=g.agency.currency), initial={"duration": Duration.ONCE})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            asked = CouponWish(**(_until(wish) | {"duration": Duration(wish["duration"])}))
            added = add_coupon(asked, by=current_actor(), now=clock.now())
            flash(_("%(code)s can be redeemed now.", code=added.code), "success")
            return redirect(url_for(".index"))
    products = queries.products(archived=False, limit=PRODUCTS_OFFERED).rows
    return form.page("agency/plans/coupon_form.html", coupon=None, products=products)


@pages.route("/catalogue/coupons/<id(cpn):coupon_id>", methods=["GET", "POST"])
@permits("catalogue.manage")
def edit(coupon_id: UUID) -> ResponseReturnValue:
    coupon = queries.one(Coupon, coupon_id)
    names = ("name", "redemptions_max", "redemptions_per_sub_account")
    form = Form(
        CouponLimitsForm(),
        initial={name: getattr(coupon, name) or "" for name in names} | {"last_day": _last_day(coupon.redeem_by)},
    )
    changes = form.load()
    if changes is not None:
        with form.catching(), transaction():
            change_coupon(coupon, _until(changes), by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".index"))
    return form.page("agency/plans/coupon_form.html", coupon=coupon, products=[])


def _until(loaded: dict[str, Any]) -> dict[str, Any]:
    """The last day as the moment it is over, by the agency's calendar."""
    said = dict(loaded)
    last: date | None = said.pop("last_day")
    return said | {"redeem_by": instant(last + DAY, ZoneInfo(g.agency.time_zone)) if last else None}


def _last_day(redeem_by: datetime | None) -> str:
    zone = ZoneInfo(g.agency.time_zone)
    return local_day(redeem_by - timedelta(microseconds=1), zone).isoformat() if redeem_by else ""


@pages.post("/catalogue/coupons/<id(cpn):coupon_id>/archive")
@permits("catalogue.manage")
def archive_coupon(coupon_id: UUID) -> ResponseReturnValue:
    coupon = queries.one(Coupon, coupon_id)
    with transaction():
        archive(coupon, by=current_actor(), now=clock.now())
    flash(_("%(name)s is archived.", name=coupon.code), "success")
    return redirect(url_for(".index"))


@pages.post("/catalogue/coupons/<id(cpn):coupon_id>/archive/end")
@permits("catalogue.manage")
def restore_coupon(coupon_id: UUID) -> ResponseReturnValue:
    coupon = queries.one(Coupon, coupon_id)
    with transaction():
        restore(coupon, by=current_actor(), now=clock.now())
    flash(_("%(code)s can be redeemed now.", code=coupon.code), "success")
    return redirect(url_for(".index"))
