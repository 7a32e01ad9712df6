from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import (
    MICROS_MAX,
    CurrencyMismatch,
    MalformedAmount,
    Money,
    UnknownCurrency,
    exponent,
    minor_unit,
)

micros = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLP"])
weights = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


class TestOf:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("12.50", 12_500_000), ("0", 0), ("-0.000001", -1), ("0.0083", 8_300), ("1204", 1_204_000_000)],
    )
    def test_reads_major_units(self, text, expected):
        assert Money.of(text, "USD").micros == expected

    @pytest.mark.parametrize(
        "text",
        ["", "1e3", "1_000", " 12", "+5", ".5", "5.", "1,5", "NaN", "Infinity", "١٢", "1.2.3", "--1", "0x10", "12\n"],
    )
    def test_refuses_what_is_no_plain_decimal(self, text):
        with pytest.raises(MalformedAmount):
            Money.of(text, "USD")

    @pytest.mark.parametrize("amount", [1.5, True, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+30")])
    def test_refuses_floats_and_what_has_no_end(self, amount):
        with pytest.raises(MalformedAmount):
            Money.of(amount, "USD")

    @pytest.mark.parametrize("text", ["0.0000001", "9223372036854.775808", "-9223372036854.775808", "9" * 40])
    def test_refuses_what_it_could_not_hold(self, text):
        with pytest.raises(MalformedAmount):
            Money.of(text, "USD")

    @pytest.mark.parametrize("currency", ["usd", "XYZ1", "", "ABC"])
    def test_refuses_an_unknown_currency(self, currency):
        with pytest.raises(UnknownCurrency):
            Money.of("1", currency)

    @given(micros, currencies)
    def test_reads_back_what_plain_wrote(self, amount, currency):
        money = Money(amount, currency)

        assert Money.of(money.plain(), currency) == money


class TestMoney:
    @pytest.mark.parametrize("amount", [1.0, True, Decimal(1), "1"])
    def test_holds_an_int_alone(self, amount):
        with pytest.raises(TypeError):
            Money(amount, "USD")

    @pytest.mark.parametrize("amount", [MICROS_MAX + 1, -MICROS_MAX - 1])
    def test_refuses_what_the_database_could_not_store(self, amount):
        with pytest.raises(MalformedAmount):
            Money(amount, "USD")

    @pytest.mark.parametrize(
        "act", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__]
    )
    def test_never_mixes_currencies(self, act):
        with pytest.raises(CurrencyMismatch):
            act(Money(1, "USD"), Money(1, "EUR"))

    def test_differs_by_currency(self):
        assert Money(0, "USD") != Money(0, "EUR")

    @given(st.lists(micros, max_size=20))
    def test_sums_exactly(self, amounts):
        assert Money.sum((Money(amount, "USD") for amount in amounts), "USD") == Money(sum(amounts), "USD")

    def test_sums_nothing_to_zero(self):
        assert Money.sum([], "EUR") == Money.zero("EUR")

    @given(micros, micros)
    def test_orders_as_its_amounts(self, left, right):
        assert (Money(left, "USD") < Money(right, "USD")) == (left < right)
        assert (Money(left, "USD") >= Money(right, "USD")) == (left >= right)

    @given(micros)
    def test_is_true_unless_zero(self, amount):
        assert bool(Money(amount, "USD")) == (amount != 0)
        assert abs(-Money(amount, "USD")) == abs(Money(amount, "USD"))


class TestPlain:
    @pytest.mark.parametrize(
        ("money", "text"),
        [
            (Money.of("12.5", "USD"), "12.50"),
            (Money.of("0.0083", "USD"), "0.0083"),
            (Money.of("1250", "JPY"), "1250"),
            (Money.of("0.5", "JPY"), "0.5"),
            (Money.of("1.2", "KWD"), "1.200"),
            (Money.of("-0.25", "EUR"), "-0.25"),
        ],
    )
    def test_writes_the_coins_decimals_and_more_only_where_needed(self, money, text):
        assert money.plain() == text


class TestMinorUnits:
    @pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLP", 0)])
    def test_follow_the_currency(self, currency, decimals):
        assert exponent(currency) == decimals

    @given(st.integers(-(10**9), 10**9), currencies)
    def test_come_back_as_they_went(self, units, currency):
        assert Money.from_minor(units, currency).minor_units == units

    def test_refuse_a_part_of_a_coin(self):
        with pytest.raises(MalformedAmount):
            _ = Money.of("0.005", "USD").minor_units

    @given(micros, currencies)
    def test_are_the_nearest_coins_half_away_from_zero(self, amount, currency):
        rounded = Money(amount, currency).to_minor().micros

        unit = minor_unit(currency)
        assert rounded % unit == 0
        assert abs(rounded - amount) * 2 <= unit
        assert abs(rounded) >= abs(amount) or abs(rounded - amount) * 2 < unit

    @given(micros, currencies)
    def test_may_be_rounded_down(self, amount, currency):
        floored = Money(amount, currency).to_minor(ROUND_FLOOR).micros

        assert 0 <= amount - floored < minor_unit(currency)


class TestTimes:
    @pytest.mark.parametrize(
        ("amount", "factor", "expected"),
        [(1, "0.5", 1), (-1, "0.5", -1), (3, "0.5", 2), (1_000_000, "1.21", 1_210_000), (10, "0.04", 0)],
    )
    def test_rounds_once_half_away_from_zero(self, amount, factor, expected):
        assert Money(amount, "USD").times(Decimal(factor)).micros == expected

    @pytest.mark.parametrize("factor", [0.5, True, "2"])
    def test_refuses_what_is_not_exact(self, factor):
        with pytest.raises(TypeError):
            Money(1, "USD").times(factor)

    @given(st.integers(-(10**12), 10**12), st.integers(-1000, 1000))
    def test_by_a_whole_number_is_exact(self, amount, factor):
        assert Money(amount, "USD").times(factor).micros == amount * factor

    @given(micros, st.decimals(-100, 100, places=18))
    def test_strays_by_half_a_micro_at_most(self, amount, factor):
        product = Money(amount, "USD").times(factor).micros

        numerator, denominator = factor.as_integer_ratio()
        assert abs(product * denominator - amount * numerator) * 2 <= denominator


class TestSplit:
    def test_gives_the_odd_cents_to_the_first_shares(self):
        shares = Money.of("1.00", "USD").split([1, 1, 1], to="minor")

        assert [share.plain() for share in shares] == ["0.34", "0.33", "0.33"]

    @given(micros, weights, currencies, st.sampled_from(["micro", "minor"]))
    def test_loses_nothing(self, amount, shares, currency, unit):
        assert Money.sum(Money(amount, currency).split(shares, to=unit), currency) == Money(amount, currency)

    @given(micros, weights)
    def test_strays_by_one_unit_at_most_from_the_exact_share(self, amount, shares):
        parts = Money(amount, "USD").split(shares)

        total = sum(shares)
        for part, weight in zip(parts, shares, strict=True):
            assert abs(part.micros * total - amount * weight) <= total

    @given(micros, weights)
    def test_gives_nothing_where_the_weight_is_zero(self, amount, shares):
        parts = Money(amount, "USD").split(shares, to="minor")

        assert not any(part for part, weight in zip(parts, shares, strict=True) if weight == 0)

    @pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
    def test_refuses_weights_that_share_nothing(self, shares):
        with pytest.raises(ValueError, match="weights"):
            Money(1, "USD").split(shares)
