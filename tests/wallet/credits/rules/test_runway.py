from datetime import timedelta

import pytest

from agency.foundation.money import Money
from wallet.credits.rules.runway import RUNWAY_MAX, runway, suggested_threshold

MONTH = timedelta(days=30)


class TestRunway:
    @pytest.mark.parametrize(
        ("balance", "spent", "left"),
        [
            ("10", "30", timedelta(days=10)),
            ("0", "30", timedelta(0)),
            ("-5", "30", timedelta(0)),
            ("10", "0", None),
            ("9000000", "0.000001", RUNWAY_MAX),
        ],
    )
    def test_it_goes_on_at_the_pace_of_the_window(self, balance, spent, left):
        found = runway(balance=Money.of(balance, "USD"), spent=Money.of(spent, "USD"), window=MONTH)

        assert found == left


class TestASuggestedThreshold:
    @pytest.mark.parametrize(
        ("spent", "days", "suggested"),
        [
            ("30.00", 30, "3.00"),
            ("37.20", 30, "4.00"),
            ("112.40", 30, "15.00"),
            ("37.20", 3, "40.00"),
            ("0.04", 30, "0.01"),
        ],
    )
    def test_lasts_three_days_and_is_a_round_figure(self, spent, days, suggested):
        found = suggested_threshold(spent=Money.of(spent, "USD"), window=timedelta(days=days))

        assert found == Money.of(suggested, "USD")

    def test_needs_spending(self):
        assert suggested_threshold(spent=Money.zero("USD"), window=timedelta(days=30)) is None
