from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import Money, minor_unit
from tests.wallet.recharge.rules.recharge_rules import BOUNDS, fixed, restore, usd
from wallet.recharge.rules.amount import recharge_amount


def amount(rule, balance, charged="0"):
    return recharge_amount(balance=usd(balance), terms=rule, bounds=BOUNDS, charged_this_month=usd(charged))


class TestRechargeAmount:
    @pytest.mark.parametrize(
        ("rule", "balance", "charge"),
        [
            (fixed(), "10", "25"),
            (fixed(), "-14.99", "25"),
            (fixed(), "-15", "50"),
            (fixed("100", cap="1000"), "-1000", "500"),
            (restore(), "10", "40"),
            (restore(), "9.999999", "40.01"),
        ],
    )
    def test_it_closes_the_gap_with_one_charge(self, rule, balance, charge):
        assert amount(rule, balance) == usd(charge)

    @pytest.mark.parametrize(
        ("rule", "charged", "charge"),
        [
            (fixed(), "215", "25"),
            (restore(), "370.005", "29.99"),
        ],
    )
    def test_it_cuts_to_whole_multiples_of_what_the_cap_leaves(self, rule, charged, charge):
        assert amount(rule, "-30" if rule.amount else "10", charged) == usd(charge)

    @pytest.mark.parametrize(
        ("rule", "charged"), [(fixed(), "225.01"), (fixed(), "300"), (restore(), "395.01"), (restore(), "400")]
    )
    def test_it_charges_nothing_where_the_cap_leaves_too_little(self, rule, charged):
        assert amount(rule, "0", charged) is None

    def test_it_never_charges_nothing_where_no_minimum_stands(self):
        bounds = replace(BOUNDS, charge_minimum=usd("0"))

        charge = recharge_amount(balance=usd("5"), terms=restore(), bounds=bounds, charged_this_month=usd("400"))

        assert charge is None

    @given(
        st.sampled_from([fixed(), fixed("7.77", cap="70"), restore(), restore("11", threshold="0")]),
        st.integers(-(10**9), 10**7),
        st.integers(0, 4 * 10**8),
    )
    def test_it_keeps_within_cap_and_maximum_in_whole_coins(self, rule, balance, charged):
        charge = recharge_amount(
            balance=Money(balance, "USD"),
            terms=rule,
            bounds=BOUNDS,
            charged_this_month=Money(charged, "USD"),
        )

        if charge is not None:
            assert 0 < charge.micros <= min(BOUNDS.charge_maximum.micros, rule.monthly_cap.micros - charged)
            assert charge.micros % minor_unit("USD") == 0
            assert rule.amount is None or charge.micros % rule.amount.micros == 0

    @given(st.sampled_from([fixed(), restore()]), st.integers(-(10**7), 10**7))
    def test_it_ends_above_the_threshold_where_nothing_cuts_it(self, rule, balance):
        before = Money(balance, "USD")

        charge = recharge_amount(balance=before, terms=rule, bounds=BOUNDS, charged_this_month=usd("0"))

        assert rule.threshold < before + charge <= rule.threshold + usd("40.01")
