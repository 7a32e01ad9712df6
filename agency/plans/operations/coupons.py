from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.plans import queries
from agency.plans.models.coupons import Coupon
from agency.plans.rules.coupons import CouponTerms, Duration, refuse_meaningless

CHANGEABLE = ("name", "redeem_by", "redemptions_max", "redemptions_per_sub_account")


class CouponCodeTaken(DomainError):
    status = 422
    field = "code"
    message = _l("Another coupon has this code.")


class CouponExpiresInThePast(DomainError):
    status = 422
    field = "redeem_by"
    message = _l("A coupon cannot expire in the past.")


class FewerThanRedeemed(DomainError):
    status = 422
    field = "redemptions_max"
    message = _l("It has been redeemed %(times)s times already; the limit cannot be lower.")


class CouponProductUnknown(DomainError):
    status = 422
    field = "product_ids"
    message = _l("One of these products does not exist.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponWish:
    """A coupon takes ``percent`` or ``amount`` off, from the products named or from all."""

    code: str
    name: str = ""
    percent: Decimal | None = None
    amount: Money | None = None
    duration: Duration = Duration.ONCE
    periods: int | None = None
    carries_over: bool = False
    product_ids: list[UUID] = field(default_factory=list)
    redeem_by: datetime | None = None
    redemptions_max: int | None = None
    redemptions_per_sub_account: int | None = None


def add_coupon(wish: CouponWish, *, by: Actor, now: datetime) -> Coupon:
    """Add a discount under a code, which is kept in capitals.

    Raises:
        CouponMeaningless: nothing off, or not for the periods it says.
        CouponExpiresInThePast, CouponCodeTaken, CouponProductUnknown
    """
    _refuse(wish, now)
    coupon = Coupon(
        code=wish.code.upper(),
        name=wish.name,
        percent=wish.percent,
        amount_micros=wish.amount.micros if wish.amount else None,
        currency=wish.amount.currency if wish.amount else None,
        duration=wish.duration,
        periods=wish.periods,
        carries_over=wish.carries_over,
        product_ids=wish.product_ids,
        redeem_by=wish.redeem_by,
        redemptions_max=wish.redemptions_max,
        redemptions_per_sub_account=wish.redemptions_per_sub_account,
        created_at=now,
    )
    with unique(CouponCodeTaken, "uq_coupons_agency_id_code"):
        session.add(coupon)
    record("coupon.added", coupon, by=by, now=now, after=_said(coupon) | {"code": coupon.code})
    return coupon


def change_coupon(coupon: Coupon, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set its name, expiry and limits; what it takes off is fixed.

    Raises:
        CouponExpiresInThePast, FewerThanRedeemed
    """
    session.refresh(coupon, with_for_update=True)
    if (limit := changes.get("redemptions_max")) is not None and limit < coupon.redemptions:
        raise FewerThanRedeemed(times=coupon.redemptions)
    _refuse_past(changes.get("redeem_by"), now)
    before = _said(coupon)
    for name, value in changes.items():
        setattr(coupon, name, value)
    if before != _said(coupon):
        record("coupon.changed", coupon, by=by, now=now, before=before, after=_said(coupon))


def _refuse(wish: CouponWish, now: datetime) -> None:
    refuse_meaningless(
        CouponTerms(
            code=wish.code, percent=wish.percent, amount=wish.amount, duration=wish.duration, periods=wish.periods
        )
    )
    _refuse_past(wish.redeem_by, now)
    if set(wish.product_ids) - queries.existing_products(wish.product_ids):
        raise CouponProductUnknown


def _refuse_past(redeem_by: datetime | None, now: datetime) -> None:
    if redeem_by is not None and redeem_by <= now:
        raise CouponExpiresInThePast


def _said(coupon: Coupon) -> JsonObject:
    said = {name: getattr(coupon, name) for name in CHANGEABLE}
    return said | {"redeem_by": coupon.redeem_by.isoformat() if coupon.redeem_by else None}
