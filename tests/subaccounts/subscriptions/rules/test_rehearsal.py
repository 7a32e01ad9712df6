from fractions import Fraction

from agency.foundation.money import Money
from subaccounts.subscriptions.rules.rehearsal import Charged, charged_anew
from tests.factories.plans import flat, per_unit


def charged(gross, *, discount="0", share=Fraction(1), billable=1, terms=None):
    return Charged(
        terms=terms or flat("100"),
        billable=billable,
        share=share,
        gross=Money.of(gross, "USD"),
        discount=Money.of(discount, "USD"),
    )


def anew(line, terms):
    return charged_anew(line, terms).plain()


class TestChargedAnew:
    def test_rounds_once(self):
        assert anew(charged("33.33", share=Fraction(1, 3)), flat("110")) == "36.67"

    def test_takes_the_same_part_off(self):
        assert anew(charged("100", discount="25"), flat("120")) == "90.00"

    def test_gives_back_what_was_paid_of_a_discounted_price(self):
        assert anew(charged("-25", share=Fraction(1, 2)), flat("120")) == "-30.00"

    def test_asks_nothing_for_no_units(self):
        assert anew(charged("0", billable=0, terms=per_unit("5")), per_unit("6")) == "0.00"
