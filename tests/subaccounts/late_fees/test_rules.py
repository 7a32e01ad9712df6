from datetime import date
from decimal import Decimal

import pytest

from agency.foundation.money import Money
from subaccounts.late_fees.rules import day_of, fee, period_on


class TestDays:
    def test_a_month_without_the_day_ends_earlier(self):
        assert day_of(date(2026, 1, 30), after_days=1, period=1) == date(2026, 2, 28)
        assert day_of(date(2026, 1, 30), after_days=1, period=2) == date(2026, 3, 31)

    @pytest.mark.parametrize(
        ("today", "period"), [("2026-03-22", None), ("2026-03-23", 0), ("2026-04-22", 0), ("2027-03-23", 12)]
    )
    def test_the_period_is_the_latest_that_began(self, today, period):
        assert period_on(date(2026, 3, 16), after_days=7, today=date.fromisoformat(today)) == period


class TestFee:
    def test_it_is_the_fixed_part_and_the_percentage_half_up_in_coins(self):
        found = fee(Money.of("33.00", "EUR"), fixed=Money.of("5", "EUR"), percent=Decimal("1.5"))

        assert found == Money.of("5.50", "EUR")

    def test_a_fixed_part_in_another_currency_is_left_out(self):
        assert not fee(Money.of("33.00", "JPY"), fixed=Money.of("5", "EUR"), percent=None)
