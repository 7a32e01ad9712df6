from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.exact import exactly
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.faults import faults
from agency.plans.rules.inversions import cheaper_for_more
from agency.plans.rules.terms import Model
from tests.agency.plans.rules.price_terms import price_terms, quantities


class TestEvaluate:
    @given(price_terms(), quantities)
    def test_its_steps_sum_to_the_exact_price(self, terms, quantity):
        evaluation = evaluate(terms, quantity)

        with exactly():
            assert sum((step.amount for step in evaluation.steps), Decimal(0)) == evaluation.exact
            assert abs(evaluation.amount.micros - evaluation.exact * 1_000_000) <= Decimal("0.5")

    @given(price_terms(models=[model for model in Model if model is not Model.VOLUME]), quantities, quantities)
    def test_it_never_asks_less_for_more_outside_volume(self, terms, one, other):
        fewer, more = sorted([one, other])

        assert evaluate(terms, fewer).exact <= evaluate(terms, more).exact

    @given(price_terms(), quantities)
    def test_it_stays_within_minimum_and_maximum(self, terms, quantity):
        fees = sum(fee.unit_price for fee in terms.pass_through) * max(quantity - terms.included_units, 0)

        price = evaluate(terms, quantity).exact - fees

        assert terms.minimum is None or price >= terms.minimum
        assert terms.maximum is None or price <= terms.maximum

    @given(price_terms())
    def test_it_prices_only_terms_without_fault(self, terms):
        assert list(faults(terms)) == []


class TestCheaperForMore:
    @given(price_terms(models=[Model.VOLUME]), st.integers(0, 400))
    def test_where_it_finds_nothing_a_bill_only_grows(self, terms, quantity):
        found = cheaper_for_more(terms, unit=Decimal("0.1"))

        falls = evaluate(terms, Decimal(quantity)).amount > evaluate(terms, Decimal(quantity) + 1).amount

        assert found or not falls

    @given(price_terms(models=[Model.VOLUME]))
    def test_what_it_finds_is_true(self, terms):
        for pair in cheaper_for_more(terms):
            assert pair.fewer < pair.more
            assert evaluate(terms, pair.fewer).amount > evaluate(terms, pair.more).amount
