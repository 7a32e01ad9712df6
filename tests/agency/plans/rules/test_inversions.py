from decimal import Decimal

from agency.foundation.money import Money
from agency.plans.rules.inversions import CheaperForMore, cheaper_for_more
from agency.plans.rules.terms import Model, PriceTerms, Tier

D = Decimal


class TestCheaperForMore:
    def test_it_names_the_quantities_and_their_amounts(self):
        tiers = (Tier(up_to=D(10), unit_price=D(10)), Tier(unit_price=D(5)))
        terms = PriceTerms(model=Model.VOLUME, currency="USD", tiers=tiers, included_units=D(3))

        found = cheaper_for_more(terms)

        assert found == [
            CheaperForMore(
                tier=1,
                fewer=D(13),
                fewer_amount=Money.of("100", "USD"),
                more=D(14),
                more_amount=Money.of("55", "USD"),
            )
        ]

    def test_it_says_nothing_where_a_maximum_hides_the_fall(self):
        tiers = (Tier(up_to=D(10), unit_price=D(10)), Tier(unit_price=D(5)))
        terms = PriceTerms(model=Model.VOLUME, currency="USD", tiers=tiers, maximum=D(40))

        assert cheaper_for_more(terms) == []

    def test_it_looks_at_fractions_where_they_are_sold(self):
        tiers = (Tier(up_to=D(10), unit_price=D(1)), Tier(unit_price=D("0.95")))
        terms = PriceTerms(model=Model.VOLUME, currency="USD", tiers=tiers)

        assert cheaper_for_more(terms) == []
        assert [pair.more for pair in cheaper_for_more(terms, unit=D("0.1"))] == [D("10.1")]

    def test_it_leaves_graduated_tiers_alone(self):
        tiers = (Tier(up_to=D(10), unit_price=D(10)), Tier(unit_price=D(5)))

        assert cheaper_for_more(PriceTerms(model=Model.GRADUATED, currency="USD", tiers=tiers)) == []
