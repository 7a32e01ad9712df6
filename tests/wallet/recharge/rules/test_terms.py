from dataclasses import replace

import pytest

from agency.foundation.money import Money
from tests.wallet.recharge.rules.recharge_rules import BOUNDS, fixed, restore, usd
from wallet.recharge.rules import terms as named
from wallet.recharge.rules.terms import RuleRefused, default_cap, faults, refuse_faults


class TestFaults:
    @pytest.mark.parametrize("rule", [fixed(), restore(), fixed(cap="25"), fixed(threshold="0")])
    def test_it_finds_nothing_wrong_with_a_sound_rule(self, rule):
        assert list(faults(rule, BOUNDS)) == []

    @pytest.mark.parametrize(
        ("rule", "fault"),
        [
            (replace(fixed(), threshold=Money.of("1", "EUR")), named.RuleOfAnotherCurrency),
            (replace(fixed(), target=usd("60")), named.RuleNeedsOneOfTwo),
            (replace(fixed(), amount=None), named.RuleNeedsOneOfTwo),
            (fixed(threshold="-1"), named.ThresholdNegative),
            (restore("10"), named.ThresholdNotBelowTarget),
            (restore("9"), named.ThresholdNotBelowTarget),
            (restore("12"), named.AmountOutOfBounds),
            (fixed("4.99"), named.AmountOutOfBounds),
            (fixed("501", cap="501"), named.AmountOutOfBounds),
            (fixed("25.005"), named.AmountNotInCoins),
            (fixed(cap="24.99"), named.CapBelowAmount),
            (restore(cap="39.99"), named.CapBelowAmount),
            (fixed(threshold="1980"), named.BalanceAboveMaximum),
            (restore("2000.01", threshold="1900"), named.BalanceAboveMaximum),
        ],
    )
    def test_it_names_what_is_wrong(self, rule, fault):
        assert [type(found) for found in faults(rule, BOUNDS)] == [fault]


class TestRefuseFaults:
    def test_it_tells_each_field(self):
        with pytest.raises(RuleRefused) as refusal:
            refuse_faults(fixed("1.005", threshold="-1", cap="1"), BOUNDS)

        assert refusal.value.errors == {
            "threshold": ["The threshold cannot be negative."],
            "amount": ["A card is charged in whole coins.", "One recharge is between $5.00 and $500.00."],
            "monthly_cap": ["The monthly cap must allow at least one recharge of $1.005."],
        }

    def test_it_lets_a_sound_rule_pass(self):
        refuse_faults(fixed(), BOUNDS)


class TestDefaultCap:
    @pytest.mark.parametrize(("rule", "cap"), [(fixed(), "250"), (restore(), "400")])
    def test_it_is_ten_recharges(self, rule, cap):
        assert default_cap(threshold=rule.threshold, amount=rule.amount, target=rule.target) == usd(cap)
