from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.exact import exactly
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.faults import PriceRefused
from agency.plans.rules.resale import sell, written
from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier

D = Decimal
TIERS = (Tier(up_to=D(100), unit_price=D("0.02"), flat_fee=D(5)), Tier(unit_price=D("0.01")))
PERCENT = {"rate_percent": D("2"), "fixed_fee": D("0.2"), "transaction_maximum": D(9)}


def terms(model=Model.PER_UNIT, **said):
    return PriceTerms(model=model, currency="USD", **said)


WHOLESALE = [
    terms(unit_price=D("0.0062")),
    terms(unit_price=D("0.0062"), included_units=D(10), minimum=D(1)),
    terms(Model.PACKAGE, unit_price=D(3), package_size=D(100)),
    terms(Model.GRADUATED, tiers=TIERS, maximum=D(20)),
    terms(Model.VOLUME, tiers=TIERS),
    terms(Model.PERCENTAGE, **PERCENT),
]


class TestSell:
    @pytest.mark.parametrize("wholesale", WHOLESALE, ids=lambda each: each.model)
    @given(quantity=st.integers(0, 10_000), markup=st.decimals("0.01", 9, places=4))
    def test_asks_with_the_markup_inside_what_the_rules_ask_with_it_beside(self, wholesale, quantity, markup):
        beside = PriceTerms(**{name: getattr(wholesale, name) for name in wholesale.__slots__} | {"markup": markup})

        retail = sell(beside).retail

        assert retail.markup == 1
        assert evaluate(retail, D(quantity)).exact == evaluate(beside, D(quantity)).exact

    def test_lets_a_wholesale_cost_stand_for_the_unit_price(self):
        sale = sell(terms(markup=D("1.35")), wholesale_cost=D("0.0062"))

        assert (sale.retail.unit_price, sale.cost.unit_price) == (D("0.008370"), D("0.0062"))

    def test_knows_the_cost_of_an_own_price(self):
        sale = sell(terms(Model.VOLUME, tiers=TIERS), wholesale_cost=D("0.004"))

        assert evaluate(sale.cost, D(50)).exact == D("0.2")

    def test_knows_no_cost_where_none_is_said(self):
        assert sell(terms(unit_price=D(1))).cost is None

    def test_makes_the_agency_pay_what_clients_get_for_nothing(self):
        favours = terms(unit_price=D(2), included_units=D(10), maximum=D(5), markup=D(2))

        cost = sell(favours).cost

        assert evaluate(cost, D(10)).exact == 20

    def test_never_marks_up_what_is_handed_on(self):
        fee = PassThrough(code="carrier", unit_price=D("0.003"))

        sale = sell(terms(unit_price=D(1), markup=D(2), pass_through=(fee,)))

        assert sale.retail.pass_through == sale.cost.pass_through == (fee,)

    @pytest.mark.parametrize(
        ("wrong", "cost", "field"),
        [
            (terms(unit_price=D(-1)), None, "unit_price"),
            (terms(unit_price=D(1)), D(-1), "wholesale_cost"),
            (terms(unit_price=D(1)), D("1e-19"), "wholesale_cost"),
            (terms(unit_price=D(3), markup=D(2)), D(1), "markup"),
            (terms(unit_price=D(1), markup=D(-2)), None, "markup"),
            (terms(unit_price=D("1e-12"), markup=D("1e-12")), None, "unit_price"),
            (terms(Model.VOLUME, markup=D(2)), None, "tiers"),
        ],
    )
    def test_refuses_at_the_field(self, wrong, cost, field):
        with pytest.raises(PriceRefused) as refusal:
            sell(wrong, wholesale_cost=cost)

        assert list(refusal.value.errors) == [field]


class TestWritten:
    @pytest.mark.parametrize("wholesale", WHOLESALE, ids=lambda each: each.model)
    def test_gives_back_what_was_sold_at_a_markup(self, wholesale):
        with exactly():
            marked = PriceTerms(**{name: getattr(wholesale, name) for name in wholesale.__slots__} | {"markup": D(3)})
        sale = sell(marked)

        assert written(sale.retail, sale.cost, D(3)) == (marked, None)

    def test_gives_back_an_own_price_with_its_cost(self):
        sale = sell(terms(unit_price=D(2)), wholesale_cost=D("1.5"))

        assert written(sale.retail, sale.cost, None) == (terms(unit_price=D(2)), D("1.5"))

    def test_gives_back_a_price_without_a_cost(self):
        assert written(terms(unit_price=D(2)), None, None) == (terms(unit_price=D(2)), None)
