from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import Money
from agency.plans.rules.tax import (
    Inclusive,
    Rounding,
    TaxableLine,
    TaxRate,
    TaxRateOutOfRange,
    TaxReasonMissing,
    TaxTerms,
    Treatment,
    compute_tax,
)

D = Decimal
VAT = TaxRate(code="vat", percent=D("20"))
LOCAL = TaxRate(code="local", percent=D("7.7"))


def usd(amount):
    return Money.of(amount, "USD")


class TestComputeTax:
    @pytest.mark.parametrize(("rounding", "tax"), [(Rounding.LINE, "0.00"), (Rounding.DOCUMENT, "0.01")])
    def test_it_rounds_per_line_or_per_document(self, rounding, tax):
        lines = [TaxableLine(amount=D("0.02"), rates=(VAT,))] * 3

        found = compute_tax(lines, TaxTerms(currency="USD", rounding=rounding))

        assert (found.tax, found.gross) == (usd(tax), usd(D("0.06") + D(tax)))

    @pytest.mark.parametrize(("rounding", "tax"), [(Rounding.RATE, "0.02"), (Rounding.DOCUMENT, "0.01")])
    def test_it_rounds_the_rates_apart_or_all_tax_at_once(self, rounding, tax):
        lines = [TaxableLine(amount=D("0.04"), rates=(VAT,)), TaxableLine(amount=D("0.08"), rates=(LOCAL,))]

        found = compute_tax(lines, TaxTerms(currency="USD", rounding=rounding))

        assert found.tax == usd(tax)

    def test_it_takes_tax_out_of_a_price_that_includes_it(self):
        lines = [TaxableLine(amount=D("12.00"), rates=(VAT,))]

        found = compute_tax(lines, TaxTerms(currency="USD", prices_include_tax=True))

        assert (found.net, found.tax, found.gross) == (usd("10"), usd("2"), usd("12"))

    @pytest.mark.parametrize(("inclusive", "tax"), [(Inclusive.COMBINED, "2.16"), (Inclusive.EACH_ON_GROSS, "2.40")])
    def test_it_takes_out_several_taxes_as_the_seller_chose(self, inclusive, tax):
        rates = (TaxRate(code="a", percent=D("10")), TaxRate(code="b", percent=D("17.5")))
        terms = TaxTerms(currency="USD", prices_include_tax=True, inclusive=inclusive)

        found = compute_tax([TaxableLine(amount=D("10"), rates=rates)], terms)

        assert found.tax == usd(tax)
        assert sum(total.tax.micros for total in found.rates) == found.tax.micros

    @pytest.mark.parametrize("treatment", [Treatment.REVERSE_CHARGE, Treatment.EXEMPT])
    def test_it_asks_no_tax_where_a_reason_stands(self, treatment):
        line = TaxableLine(amount=D("10"), rates=(VAT,), treatment=treatment, reason="Art. 196")

        found = compute_tax([line], TaxTerms(currency="EUR"))

        assert (found.tax.micros, found.gross) == (0, Money.of("10", "EUR"))
        assert [(total.treatment, total.reason) for total in found.untaxed] == [(treatment, "Art. 196")]

    def test_it_refuses_to_leave_tax_out_without_a_reason(self):
        with pytest.raises(TaxReasonMissing):
            compute_tax([TaxableLine(amount=D(1), treatment=Treatment.EXEMPT)], TaxTerms(currency="EUR"))

    @pytest.mark.parametrize("percent", ["-1", "NaN"])
    def test_it_refuses_a_rate_that_is_none(self, percent):
        line = TaxableLine(amount=D(1), rates=(TaxRate(code="odd", percent=D(percent)),))

        with pytest.raises(TaxRateOutOfRange):
            compute_tax([line], TaxTerms(currency="EUR"))

    def test_it_totals_each_rate_with_its_base(self):
        lines = [
            TaxableLine(amount=D("10"), rates=(VAT,)),
            TaxableLine(amount=D("5"), rates=(VAT, LOCAL)),
            TaxableLine(amount=D("-2"), rates=(VAT,)),
        ]

        found = compute_tax(lines, TaxTerms(currency="USD"))

        assert [(total.rate.code, total.base, total.tax) for total in found.rates] == [
            ("vat", usd("13"), usd("2.60")),
            ("local", usd("5"), usd("0.39")),
        ]


amounts = st.decimals(min_value=-500, max_value=500, places=2)
rate_sets = st.sampled_from([(), (VAT,), (LOCAL,), (VAT, LOCAL), (TaxRate(code="zero", percent=D(0)),)])
lines = st.lists(st.builds(TaxableLine, amount=amounts, rates=rate_sets), max_size=8)
terms = st.builds(
    TaxTerms,
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    prices_include_tax=st.booleans(),
    rounding=st.sampled_from(Rounding),
    inclusive=st.sampled_from(Inclusive),
)


class TestEveryDocument:
    @given(lines, terms)
    def test_its_parts_sum_to_its_totals(self, lines, terms):
        found = compute_tax(lines, terms)

        assert found.net + found.tax == found.gross
        assert Money.sum(found.line_taxes, terms.currency) == found.tax
        assert Money.sum([total.tax for total in found.rates], terms.currency) == found.tax

    @given(lines, terms)
    def test_a_credit_of_all_lines_takes_back_exactly_its_tax(self, lines, terms):
        credit = [TaxableLine(amount=-line.amount, rates=line.rates) for line in lines]

        assert compute_tax(credit, terms).tax == -compute_tax(lines, terms).tax
