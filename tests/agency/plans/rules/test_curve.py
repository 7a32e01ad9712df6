from decimal import Decimal

import pytest

from agency.plans.rules.curve import curve
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import Model, PriceTerms, Tier

D = Decimal


def terms(model, **said):
    return PriceTerms(model=model, currency="USD", **said)


class TestCurve:
    @pytest.mark.parametrize("model", [Model.FLAT, Model.PERCENTAGE])
    def test_draws_nothing_where_quantity_says_nothing(self, model):
        assert curve(terms(model)) == []

    def test_reaches_past_the_last_tiers_beginning_and_the_quantity(self):
        tiered = terms(Model.VOLUME, tiers=(Tier(up_to=D(100), unit_price=D(1)), Tier(unit_price=D(1))))

        assert curve(tiered)[-1][0] == 150
        assert curve(tiered, quantity=D(1000))[-1][0] == 1000

    def test_shows_whole_quantities_once_with_what_they_cost(self):
        each = terms(Model.PER_UNIT, unit_price=D("0.25"))

        points = curve(each, quantity=D(3))

        assert [units for units, _amount in points] == sorted({units for units, _amount in points})
        assert all(units == units.to_integral_value() for units, _amount in points)
        assert all(amount == evaluate(each, units).amount for units, amount in points)
