from datetime import UTC, datetime
from fractions import Fraction

import pytest

from agency.foundation.money import Money
from wallet.credits.rules.monthly import Unused, expiry, period_grant, upgrade_grant

JULY = datetime(2025, 7, 1, tzinfo=UTC)


def usd(amount):
    return Money.of(amount, "USD")


class TestExpiry:
    @pytest.mark.parametrize(("unused", "at"), [(Unused.EXPIRES, JULY), (Unused.ROLLS_OVER, None)])
    def test_it_ends_with_the_period_or_never(self, unused, at):
        assert expiry(unused, period_end=JULY) == at


class TestPeriodGrant:
    def test_it_brings_the_share_of_a_part(self):
        assert period_grant(usd("10"), share=Fraction(1, 3)) == usd("3.333333")


class TestUpgradeGrant:
    @pytest.mark.parametrize(("old", "new", "added"), [("10", "25", "7.5"), ("25", "10", "0")])
    def test_it_adds_the_difference_and_never_takes(self, old, new, added):
        assert upgrade_grant(old=usd(old), new=usd(new), share_left=Fraction(1, 2)) == usd(added)
