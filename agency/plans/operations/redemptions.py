from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.plans.models.coupons import Coupon, CouponRedemption
from agency.plans.rules.coupons import CouponInUse, CouponUsedUp, redeem
from agency.tenants.models import SubAccount


class CouponUnknown(DomainError):
    status = 422
    field = "coupon"
    message = _l("There is no such coupon.")


def redeem_coupon(
    code: str, *, sub_account: SubAccount, source_type: str, source_id: UUID, now: datetime
) -> tuple[Coupon, CouponInUse]:
    """Use a coupon for one thing, such as a subscription; asked again for the same thing, it counts once.

    The coupon's row is locked until the transaction ends, so that the last redemption is given once.

    Raises:
        CouponUnknown: no such code, or archived.
        CouponExpired, CouponUsedUp, CouponOfAnotherCurrency
    """
    coupon = session.scalar(
        select(Coupon)
        .where(Coupon.code == code.strip().upper(), Coupon.archived_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if coupon is None:
        raise CouponUnknown
    others = coupon.redemptions - _uses(coupon, source_type=source_type, source_id=source_id)
    in_use = redeem(coupon.terms, currency=sub_account.currency, redemptions=others, now=now)
    if others == coupon.redemptions:
        _count(coupon, sub_account, source_type=source_type, source_id=source_id, now=now)
    return coupon, in_use


def _count(coupon: Coupon, sub_account: SubAccount, *, source_type: str, source_id: UUID, now: datetime) -> None:
    limit = coupon.redemptions_per_sub_account
    if limit is not None and _uses(coupon, sub_account_id=sub_account.id) >= limit:
        raise CouponUsedUp
    coupon.redemptions += 1
    session.add(
        CouponRedemption(
            coupon_id=coupon.id,
            sub_account_id=sub_account.id,
            source_type=source_type,
            source_id=source_id,
            redeemed_at=now,
        )
    )
    session.flush()


def _uses(coupon: Coupon, **source: object) -> int:
    counted = select(func.count()).select_from(CouponRedemption).where(CouponRedemption.coupon_id == coupon.id)
    return session.scalar(counted.filter_by(**source)) or 0
