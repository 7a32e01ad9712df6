from decimal import Decimal
from fractions import Fraction

import pytest

from agency.foundation.money import Money
from subaccounts.subscriptions.rules.commitment import true_up


class TestTrueUp:
    @pytest.mark.parametrize(
        ("spent", "share", "missing"),
        [
            ("40", Fraction(1), "60"),
            ("100", Fraction(1), "0"),
            ("130", Fraction(1), "0"),
            ("0", Fraction(1, 3), "33.33"),
        ],
    )
    def test_it_asks_what_is_missing_for_the_time_lived(self, spent, share, missing):
        asked = true_up(commitment=Decimal(100), spent=Money.of(spent, "USD"), share=share)

        assert asked == Money.of(missing, "USD")
