from datetime import timedelta

import pytest

from agency.foundation.money import Money
from wallet.credits.rules.runway import RUNWAY_MAX, runway

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
