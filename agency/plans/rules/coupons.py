"""What coupons take off a document's lines, one after the other, and what is left of each coupon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.exact import Exact, apportion, exact, to_coins, to_micros
from agency.foundation.money import Money, minor_unit


class CouponExpired(DomainError):
    status = 422
    field = "coupon"
    message = _l("This coupon has expired.")


class CouponUsedUp(DomainError):
    status = 422
    field = "coupon"
    message = _l("This coupon has been used up.")


class CouponOfAnotherCurrency(DomainError):
    status = 422
    field = "coupon"
    message = _l("This coupon is for another currency.")


class CouponMeaningless(DomainError):
    """Neither or both of percent and amount, a percent outside 0-100, nothing off, or no periods."""

    status = 422
    field = "coupon"
    message = _l("A coupon takes either up to 100 percent or an amount off, for at least one period.")


class Duration(StrEnum):
    ONCE = "once"
    PERIODS = "periods"
    FOREVER = "forever"


class Spread(StrEnum):
    """Lines and their discounts are whole coins, or stay exact until the document's total is rounded."""

    COINS = "coins"
    EXACT = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponTerms:
    """``percent`` or ``amount`` off the lines named, or off all.

    A fixed coupon for once that ``carries_over`` keeps what one document could not use for the next.
    """

    code: str
    percent: Decimal | None = None
    amount: Money | None = None
    duration: Duration = Duration.ONCE
    periods: int | None = None
    line_ids: frozenset[str] | None = None
    carries_over: bool = False
    redeem_by: datetime | None = None
    redemptions_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponInUse:
    """A coupon on a subscription, with what is left of it."""

    terms: CouponTerms
    periods_left: int | None = None
    amount_left: Money | None = None
    has_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountableLine:
    line_id: str
    amount: Exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What one coupon took, by line in major units, and the coupon as it is afterwards."""

    taken: dict[str, Fraction]
    coupon: CouponInUse

    @property
    def discount(self) -> Fraction:
        return sum(self.taken.values(), Fraction())


@dataclass(frozen=True, slots=True, kw_only=True)
class Discounted:
    """What is left of each line, in major units, and what each coupon took."""

    left: dict[str, Fraction]
    applied: tuple[Applied, ...]

    @property
    def discount(self) -> Fraction:
        return sum((coupon.discount for coupon in self.applied), Fraction())


def redeem(terms: CouponTerms, *, currency: str, redemptions: int, now: datetime) -> CouponInUse:
    """A fresh use of a coupon.

    Raises:
        CouponMeaningless, CouponOfAnotherCurrency, CouponExpired, CouponUsedUp
    """
    refuse_meaningless(terms)
    if terms.amount is not None and terms.amount.currency != currency:
        raise CouponOfAnotherCurrency
    if terms.redeem_by is not None and now >= terms.redeem_by:
        raise CouponExpired
    if terms.redemptions_max is not None and redemptions >= terms.redemptions_max:
        raise CouponUsedUp
    return CouponInUse(terms=terms, periods_left=terms.periods, amount_left=terms.amount)


def refuse_meaningless(terms: CouponTerms) -> None:
    """Raises: CouponMeaningless."""
    has_percent = terms.percent is not None and 0 < terms.percent <= 100  # noqa: PLR2004 - Percent.
    has_amount = terms.amount is not None and terms.amount.micros > 0
    one_of_two = (terms.percent is None) != (terms.amount is None)
    needs_periods = terms.duration is Duration.PERIODS
    if not (has_percent or has_amount) or not one_of_two or needs_periods != bool(terms.periods):
        raise CouponMeaningless


def apply_coupons(
    lines: Sequence[DiscountableLine],
    coupons: Sequence[CouponInUse],
    *,
    currency: str,
    spread: Spread = Spread.COINS,
) -> Discounted:
    """Each coupon takes its part of what the ones before it left, in proportion to it, and never more.

    Lines of zero or less are left alone. A coupon that found nothing to take stays as it was.
    """
    left = {line.line_id: _line_amount(line, currency=currency, spread=spread) for line in lines}
    applied = []
    for coupon in coupons:
        taken = _take(coupon, left, currency=currency, spread=spread)
        left = {line_id: amount - taken.get(line_id, 0) for line_id, amount in left.items()}
        applied.append(Applied(taken=taken, coupon=_after(coupon, taken)))
    return Discounted(left=left, applied=tuple(applied))


def _line_amount(line: DiscountableLine, *, currency: str, spread: Spread) -> Fraction:
    return exact(to_coins(line.amount, currency)) if spread is Spread.COINS else Fraction(line.amount)


def _take(coupon: CouponInUse, left: dict[str, Fraction], *, currency: str, spread: Spread) -> dict[str, Fraction]:
    named = coupon.terms.line_ids
    eligible = {line: amount for line, amount in left.items() if amount > 0 and (named is None or line in named)}
    if not eligible or coupon.has_ended:
        return {}
    total = _worth(coupon, sum(eligible.values(), Fraction()))
    shares = _spread_coins if spread is Spread.COINS else _spread_exactly
    return dict(zip(eligible, shares(total, list(eligible.values()), currency), strict=True))


def _worth(coupon: CouponInUse, total: Fraction) -> Fraction:
    if coupon.terms.amount is None:
        return total * Fraction(coupon.terms.percent or 0) / 100
    return min(total, exact(coupon.amount_left or coupon.terms.amount))


def _spread_exactly(total: Fraction, weights: list[Fraction], _currency: str) -> list[Fraction]:
    whole = sum(weights, Fraction())
    return [total * weight / whole for weight in weights]


def _spread_coins(total: Fraction, weights: list[Fraction], currency: str) -> list[Fraction]:
    coin = Money(minor_unit(currency), currency)
    return [exact(coin) * share for share in apportion(to_coins(total, currency).minor_units, weights)]


def _after(coupon: CouponInUse, taken: dict[str, Fraction]) -> CouponInUse:
    discount = sum(taken.values(), Fraction())
    if not discount:
        return coupon
    match coupon.terms.duration:
        case Duration.FOREVER:
            return coupon
        case Duration.PERIODS:
            periods_left = (coupon.periods_left or 0) - 1
            return replace(coupon, periods_left=periods_left, has_ended=periods_left <= 0)
        case Duration.ONCE:
            return _after_once(coupon, discount)


def _after_once(coupon: CouponInUse, discount: Fraction) -> CouponInUse:
    if coupon.amount_left is None:
        return replace(coupon, has_ended=True)
    amount_left = coupon.amount_left - to_micros(discount, coupon.amount_left.currency)
    return replace(
        coupon, amount_left=amount_left, has_ended=not (coupon.terms.carries_over and amount_left.micros > 0)
    )
