from decimal import Decimal

from agency.foundation.money import Money
from agency.plans.rules.rating import UsageTotal, rate_increment
from agency.plans.rules.terms import Model, PriceTerms, Tier, What

D = Decimal


def total(units):
    return UsageTotal(quantity=D(units))


class TestRateIncrement:
    def test_it_charges_what_the_new_total_costs_more(self):
        terms = PriceTerms(model=Model.PACKAGE, currency="USD", unit_price=D(5), package_size=D(100))

        assert rate_increment(terms, before=total(90), after=total(110)).amount == Money.of("5", "USD")
        assert rate_increment(terms, before=total(101), after=total(110)).changes == ()

    def test_it_gives_back_where_a_volume_tier_makes_all_units_cheaper(self):
        tiers = (Tier(up_to=D(10), unit_price=D(10)), Tier(unit_price=D(5)))
        terms = PriceTerms(model=Model.VOLUME, currency="USD", tiers=tiers)

        increment = rate_increment(terms, before=total(10), after=total(11))

        assert increment.amount == Money.of("-45", "USD")
        assert [(change.tier, change.quantity, change.amount) for change in increment.changes] == [
            (1, -10, -100),
            (2, 11, 55),
        ]

    def test_it_shows_what_a_maximum_takes_from_each_batch(self):
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=D(1), maximum=D(10))

        (change,) = rate_increment(terms, before=total(12), after=total(15)).changes

        assert (change.gross, change.cut, change.amount) == (3, 3, 0)

    def test_it_asks_the_minimum_in_the_batch_that_closes_the_period(self):
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=D(1), minimum=D(10))

        closing = rate_increment(terms, before=total(4), after=total(4), closing=True)

        assert (closing.amount, closing.changes[0].what) == (Money.of("6", "USD"), What.MINIMUM)
