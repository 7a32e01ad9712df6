from decimal import Decimal

import pytest

from agency.foundation.money import Money
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier, What

D = Decimal


class TestEvaluate:
    @pytest.mark.parametrize(
        ("terms", "quantity", "amount"),
        [
            ({"model": Model.FLAT, "unit_price": D("49.00")}, 0, "49"),
            ({"model": Model.PER_UNIT, "unit_price": D("0.0083")}, 3, "0.0249"),
            ({"model": Model.PER_UNIT, "unit_price": D("2"), "included_units": D(10)}, 12, "4"),
            ({"model": Model.PER_UNIT, "unit_price": D("2"), "included_units": D(10)}, 9, "0"),
            ({"model": Model.PACKAGE, "unit_price": D("5"), "package_size": D(100)}, 0, "0"),
            ({"model": Model.PACKAGE, "unit_price": D("5"), "package_size": D(100)}, 100, "5"),
            ({"model": Model.PACKAGE, "unit_price": D("5"), "package_size": D(100)}, 101, "10"),
            ({"model": Model.PERCENTAGE, "rate_percent": D("2.9"), "fixed_fee": D("0.30")}, 100, "3.2"),
            ({"model": Model.PER_UNIT, "unit_price": D("2")}, -3, "0"),
        ],
    )
    def test_it_prices_by_the_model(self, terms, quantity, amount):
        evaluation = evaluate(PriceTerms(currency="USD", **terms), D(quantity))

        assert evaluation.amount == Money.of(amount, "USD")

    def test_it_rounds_once_half_away_from_zero(self):
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=D("0.0000005"))

        evaluation = evaluate(terms, D(3))

        assert (evaluation.exact, evaluation.amount.micros) == (D("0.0000015"), 2)

    def test_it_keeps_every_digit_of_long_numbers(self):
        price = D("12345678901234567890.123456789012345678")
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=price)

        evaluation = evaluate(terms, D("0.000000000000000001"))

        assert evaluation.exact == D("12.345678901234567890123456789012345678")

    def test_it_marks_up_the_cost_but_not_the_carriers_fee(self):
        terms = PriceTerms(
            model=Model.PER_UNIT,
            currency="USD",
            unit_price=D("0.01"),
            markup=D("1.5"),
            pass_through=(PassThrough(code="carrier", unit_price=D("0.003")),),
        )

        steps = {step.what: step.amount for step in evaluate(terms, D(100)).steps}

        assert steps == {What.UNITS: D("1.5"), What.AT_COST: D("0.3")}

    def test_it_asks_the_minimum_only_when_the_period_closes(self):
        terms = PriceTerms(model=Model.PER_UNIT, currency="USD", unit_price=D(1), minimum=D(10))

        open_amount = evaluate(terms, D(4), closing=False).amount
        closing = evaluate(terms, D(4))

        assert open_amount == Money.of("4", "USD")
        assert (closing.amount, closing.steps[-1].what) == (Money.of("10", "USD"), What.MINIMUM)

    def test_it_cuts_the_step_that_passes_the_maximum(self):
        tiers = (Tier(up_to=D(10), unit_price=D(2)), Tier(unit_price=D(1)))
        terms = PriceTerms(model=Model.GRADUATED, currency="USD", tiers=tiers, maximum=D(23))

        steps = evaluate(terms, D(15)).steps

        assert [(step.gross, step.cut, step.amount) for step in steps] == [(20, 0, 20), (5, 2, 3)]

    def test_it_says_which_tier_priced_what(self):
        tiers = (Tier(up_to=D(5), flat_fee=D(3)), Tier(unit_price=D(1)))
        terms = PriceTerms(model=Model.GRADUATED, currency="USD", tiers=tiers)

        steps = evaluate(terms, D(7)).steps

        assert [(step.what, step.tier, step.quantity, step.amount) for step in steps] == [
            (What.TIER_FEE, 1, 1, 3),
            (What.UNITS, 1, 5, 0),
            (What.UNITS, 2, 2, 2),
        ]

    @pytest.mark.parametrize("model", [Model.GRADUATED, Model.VOLUME])
    @pytest.mark.parametrize(("at_zero", "amount"), [(True, "3"), (False, "0")])
    def test_it_asks_the_first_fee_for_no_usage_as_the_terms_say(self, model, at_zero, amount):
        tiers = (Tier(up_to=D(5), flat_fee=D(3)), Tier(unit_price=D(1)))
        terms = PriceTerms(model=model, currency="USD", tiers=tiers, first_fee_at_zero=at_zero)

        assert evaluate(terms, D(0)).amount == Money.of(amount, "USD")


class TestPercentage:
    def test_it_ends_what_is_free_at_the_limit_reached_first(self):
        terms = PriceTerms(
            model=Model.PERCENTAGE,
            currency="USD",
            rate_percent=D(10),
            free_transactions=2,
            included_units=D(50),
        )

        amounts = [evaluate(terms, D(0), transactions=[D(value)] * 3).amount for value in (10, 40)]

        assert amounts == [Money.of("1", "USD"), Money.of("7", "USD")]

    def test_it_holds_each_transaction_within_its_bounds(self):
        terms = PriceTerms(
            model=Model.PERCENTAGE,
            currency="USD",
            rate_percent=D(1),
            transaction_minimum=D(2),
            transaction_maximum=D(5),
        )

        evaluation = evaluate(terms, D(0), transactions=[D(100), D(300), D(900)])

        assert evaluation.amount == Money.of("10", "USD")
        assert [(step.what, step.amount, step.cut) for step in evaluation.steps] == [
            (What.PERCENTAGE, 9, 4),
            (What.RAISED_TO_MINIMUM, 1, 0),
        ]

    def test_it_asks_nothing_for_what_was_given_back(self):
        terms = PriceTerms(model=Model.PERCENTAGE, currency="USD", rate_percent=D(1), fixed_fee=D("0.30"))

        amount = evaluate(terms, D(0), transactions=[D(100), D(-100)]).amount

        assert amount == Money.of("1.30", "USD")
