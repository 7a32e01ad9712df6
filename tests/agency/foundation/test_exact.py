from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.exact import apportion, exact, exactly, half_away, to_coins, to_micros
from agency.foundation.money import Money


class TestHalfAway:
    @pytest.mark.parametrize(
        ("value", "whole"),
        [("0.5", 1), ("-0.5", -1), ("0.4999999999", 0), ("1.5", 2), ("-2.5", -3), ("-0.1", 0)],
    )
    def test_it_rounds_a_half_away_from_zero(self, value, whole):
        assert half_away(Decimal(value)) == whole


class TestToCoins:
    def test_it_rounds_once_and_not_by_way_of_micros(self):
        assert to_coins(Decimal("0.0049999996"), "USD") == Money.zero("USD")
        assert to_micros(Decimal("0.0049999996"), "USD") == Money(5_000, "USD")

    @pytest.mark.parametrize(("currency", "amount"), [("JPY", "3"), ("USD", "3.33"), ("KWD", "3.333")])
    def test_it_knows_the_smallest_coin(self, currency, amount):
        assert to_coins(Fraction(10, 3), currency) == Money.of(amount, currency)


class TestExactly:
    def test_it_refuses_to_lose_a_digit(self):
        with exactly(), pytest.raises(Inexact):
            Decimal(1) / Decimal(3)


class TestApportion:
    def test_it_gives_what_is_left_to_the_largest_remainders(self):
        assert apportion(100, [Decimal(333), Decimal(333), Decimal(334)]) == [33, 33, 34]

    @given(
        st.integers(-(10**12), 10**12),
        st.lists(st.fractions(min_value=0), min_size=1, max_size=8).filter(any),
    )
    def test_it_loses_nothing_and_strays_less_than_one(self, units, weights):
        shares = apportion(units, weights)

        assert sum(shares) == units
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - units * weight / sum(weights)) < 1

    @pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
    def test_it_refuses_weights_that_share_nothing(self, weights):
        with pytest.raises(ValueError, match="weights"):
            apportion(1, weights)


class TestExact:
    def test_it_reads_an_amount_without_rounding(self):
        assert exact(Money(1, "USD")) == Fraction(1, 1_000_000)
