from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import Money
from agency.plans.rules.coupons import (
    CouponExpired,
    CouponInUse,
    CouponMeaningless,
    CouponOfAnotherCurrency,
    CouponTerms,
    CouponUsedUp,
    DiscountableLine,
    Duration,
    Spread,
    apply_coupons,
    redeem,
)

D = Decimal
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
LINES = [DiscountableLine(line_id="plan", amount=D(100)), DiscountableLine(line_id="seats", amount=D(50))]


def use(terms):
    return redeem(terms, currency="USD", redemptions=0, now=NOON)


def percent(value, **settings):
    return use(CouponTerms(code="P", percent=D(value), **settings))


def fixed(value, **settings):
    return use(CouponTerms(code="F", amount=Money.of(value, "USD"), **settings))


class TestApplyCoupons:
    def test_it_stacks_in_order(self):
        one_way = apply_coupons(LINES, [percent(10), fixed("15")], currency="USD")
        other_way = apply_coupons(LINES, [fixed("15"), percent(10)], currency="USD")

        assert (one_way.discount, other_way.discount) == (30, Fraction("28.5"))

    def test_it_never_goes_below_zero(self):
        found = apply_coupons(LINES, [fixed("140"), fixed("20")], currency="USD")

        assert (found.discount, set(found.left.values())) == (150, {0})

    def test_it_touches_only_the_lines_named(self):
        found = apply_coupons(LINES, [percent(50, line_ids=frozenset({"seats"}))], currency="USD")

        assert found.left == {"plan": 100, "seats": 25}

    def test_it_leaves_a_credit_line_alone(self):
        lines = [*LINES, DiscountableLine(line_id="credit", amount=D(-30))]

        assert apply_coupons(lines, [percent(100)], currency="USD").left == {
            "plan": 0,
            "seats": 0,
            "credit": -30,
        }

    @pytest.mark.parametrize(
        ("settings", "left_after_each"),
        [
            ({"duration": Duration.ONCE}, [90, 150, 150]),
            ({"duration": Duration.PERIODS, "periods": 2}, [90, 90, 150]),
            ({"duration": Duration.FOREVER}, [90, 90, 90]),
        ],
    )
    def test_it_lasts_as_long_as_the_coupon_says(self, settings, left_after_each):
        coupon = fixed("60", **settings)

        left = []
        for _ in left_after_each:
            found = apply_coupons(LINES, [coupon], currency="USD")
            coupon = found.applied[0].coupon
            left.append(sum(found.left.values()))

        assert left == left_after_each

    @pytest.mark.parametrize(("carries_over", "second"), [(True, 50), (False, 0)])
    def test_it_carries_over_what_a_document_could_not_use(self, carries_over, second):
        coupon = fixed("200", carries_over=carries_over)

        first = apply_coupons(LINES, [coupon], currency="USD")
        then = apply_coupons(LINES, [first.applied[0].coupon], currency="USD")

        assert (first.discount, then.discount) == (150, second)

    def test_it_keeps_a_coupon_that_found_nothing_to_take(self):
        coupon = percent(10)

        assert apply_coupons([], [coupon], currency="USD").applied[0].coupon == coupon


class TestRedeem:
    @pytest.mark.parametrize(
        ("settings", "redemptions", "refusal"),
        [
            ({"redeem_by": NOON}, 0, CouponExpired),
            ({"redemptions_max": 3}, 3, CouponUsedUp),
            ({"percent": None, "amount": Money.of("5", "EUR")}, 0, CouponOfAnotherCurrency),
            ({"percent": None}, 0, CouponMeaningless),
            ({"amount": Money.of("5", "USD")}, 0, CouponMeaningless),
            ({"percent": D(101)}, 0, CouponMeaningless),
            ({"percent": D(0)}, 0, CouponMeaningless),
            ({"duration": Duration.PERIODS}, 0, CouponMeaningless),
            ({"periods": 3}, 0, CouponMeaningless),
        ],
    )
    def test_it_refuses(self, settings, redemptions, refusal):
        terms = CouponTerms(**{"code": "X", "percent": D(10), **settings})

        with pytest.raises(refusal):
            redeem(terms, currency="USD", redemptions=redemptions, now=NOON)

    def test_it_takes_the_last_one_at_the_last_moment(self):
        terms = CouponTerms(code="X", percent=D(10), redeem_by=NOON + timedelta(seconds=1), redemptions_max=3)

        assert redeem(terms, currency="USD", redemptions=2, now=NOON) == CouponInUse(terms=terms)


amounts = st.lists(st.decimals(min_value=-50, max_value=500, places=3), max_size=6)
coupons = st.lists(
    st.one_of(
        st.decimals(min_value=D("0.1"), max_value=100, places=1).map(percent),
        st.decimals(min_value=D("0.01"), max_value=700, places=2).map(fixed),
    ),
    max_size=4,
)


class TestEveryStack:
    @given(amounts, coupons, st.sampled_from(Spread))
    def test_it_loses_nothing_and_never_goes_below_zero(self, amounts, coupons, spread):
        lines = [DiscountableLine(line_id=str(index), amount=amount) for index, amount in enumerate(amounts)]
        plain = apply_coupons(lines, [], currency="USD", spread=spread)

        found = apply_coupons(lines, coupons, currency="USD", spread=spread)

        assert sum(found.left.values()) + found.discount == sum(plain.left.values())
        for line_id, amount in found.left.items():
            assert min(plain.left[line_id], 0) <= amount <= max(plain.left[line_id], 0)
