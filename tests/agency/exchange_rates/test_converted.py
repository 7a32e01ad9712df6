from datetime import date
from decimal import Decimal

import pytest

from agency.exchange_rates.operations import RateInTheFuture, RateNotPositive, RateWish, SameCurrency, enter_rate
from agency.exchange_rates.queries import converted
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON

TODAY = date(2026, 3, 2)


@pytest.fixture
def books(app):
    with scope.of_agency(tenants.agency().id):
        yield


def enter(base, quote, rate, day):
    with transaction():
        wish = RateWish(base=base, quote=quote, rate=Decimal(rate), day=day, source="Bank")
        enter_rate(wish, today=TODAY, by=OPERATOR, now=NOON)


class TestAnAmountInOtherCurrencies:
    def test_takes_the_newest_rate_up_to_the_day_in_either_direction(self, books):
        for base, quote, rate, day in (
            ("USD", "MXN", "17.10", date(2026, 2, 1)),
            ("USD", "MXN", "17.25", date(2026, 3, 1)),
            ("USD", "MXN", "18", TODAY),
            ("JPY", "USD", "0.0065", date(2026, 3, 1)),
        ):
            enter(base, quote, rate, day)

        with transaction():
            found = converted(Money.of("110.00", "USD"), on=date(2026, 3, 1))

        assert [(str(each.amount), each.day) for each in found] == [
            ("16923 JPY", date(2026, 3, 1)),
            ("1897.50 MXN", date(2026, 3, 1)),
        ]

    @pytest.mark.parametrize(
        ("quote", "rate", "day", "refusal"),
        [
            ("USD", "1", TODAY, SameCurrency),
            ("EUR", "0", TODAY, RateNotPositive),
            ("EUR", "1", date(2026, 3, 3), RateInTheFuture),
        ],
    )
    def test_needs_a_rate_that_can_be(self, books, quote, rate, day, refusal):
        with pytest.raises(refusal):
            enter("USD", quote, rate, day)
