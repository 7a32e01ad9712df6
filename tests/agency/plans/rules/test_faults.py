from decimal import Decimal

import pytest

from agency.plans.rules import faults as named
from agency.plans.rules.faults import PriceRefused, faults, refuse_faults, tier_faults
from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier

D = Decimal
OPEN = Tier(unit_price=D(1))


def until(end, start=None, **prices):
    return Tier(start=None if start is None else D(start), up_to=None if end is None else D(end), **prices)


class TestTierFaults:
    @pytest.mark.parametrize(
        "tiers",
        [
            [OPEN],
            [until(5), OPEN],
            [until(5, start=0), until(None, start=5)],
            [until(5, start=1), until(None, start=6)],
        ],
    )
    def test_it_finds_nothing_wrong_with_tiers_that_meet(self, tiers):
        assert list(tier_faults(tiers)) == []

    @pytest.mark.parametrize(
        ("tiers", "fault", "tier"),
        [
            ([], named.TiersMissing, None),
            ([until(5, start=2), OPEN], named.TierHole, 1),
            ([until(5), until(None, start=7)], named.TierHole, 2),
            ([until(5), until("9", start="5.5"), OPEN], named.TierHole, 2),
            ([until(5), until(9, start=4), OPEN], named.TierOverlap, 2),
            ([until(5), until(5), OPEN], named.TierOutOfOrder, 2),
            ([until(0), OPEN], named.TierOutOfOrder, 1),
            ([OPEN, OPEN], named.TierWithoutEnd, 1),
            ([until(5), until(9)], named.LastTierEnds, 2),
            ([until(5), Tier(unit_price=D("-0.01"))], named.NegativeTierPrice, 2),
            ([Tier(flat_fee=D(-1))], named.NegativeTierPrice, 1),
            ([Tier(package_size=D(0))], named.PackageSizeMissing, 1),
            ([Tier(unit_price=D("NaN"))], named.NumberOutOfRange, 1),
        ],
    )
    def test_it_names_the_fault_and_the_tier(self, tiers, fault, tier):
        (found,) = tier_faults(tiers)

        assert (type(found), found.values.get("tier")) == (fault, tier)

    def test_it_says_every_fault_at_once(self):
        tiers = [until(5), until(9, start=7, unit_price=D(-1)), until(8)]

        found = [(type(fault), fault.values["tier"]) for fault in tier_faults(tiers)]

        assert found == [
            (named.NegativeTierPrice, 2),
            (named.TierHole, 2),
            (named.TierOutOfOrder, 3),
            (named.LastTierEnds, 3),
        ]


class TestFaults:
    @pytest.mark.parametrize(
        ("terms", "fault", "field"),
        [
            ({"unit_price": D(-1)}, named.NegativePrice, "unit_price"),
            ({"included_units": D(-1)}, named.NegativePrice, "included_units"),
            ({"free_transactions": -1}, named.NegativePrice, "free_transactions"),
            ({"unit_price": D("1e-19")}, named.NumberOutOfRange, "unit_price"),
            ({"unit_price": D("1e20")}, named.NumberOutOfRange, "unit_price"),
            ({"markup": D("Infinity")}, named.NumberOutOfRange, "markup"),
            ({"model": Model.PACKAGE}, named.PackageSizeMissing, "package_size"),
            ({"model": Model.VOLUME}, named.TiersMissing, "tiers"),
            ({"minimum": D(2), "maximum": D(1)}, named.MinimumAboveMaximum, "minimum"),
            (
                {"transaction_minimum": D(2), "transaction_maximum": D(1)},
                named.MinimumAboveMaximum,
                "transaction_minimum",
            ),
            ({"fixed_fee": D(2), "transaction_maximum": D(1)}, named.FixedFeeAboveMaximum, "fixed_fee"),
            (
                {"pass_through": (PassThrough(code="a", unit_price=D(1)),) * 2},
                named.PassThroughTwice,
                "pass_through",
            ),
            (
                {"pass_through": (PassThrough(code="a", unit_price=D(-1)),)},
                named.NegativePrice,
                "pass_through.a",
            ),
        ],
    )
    def test_it_stands_at_the_field(self, terms, fault, field):
        (found,) = faults(PriceTerms(**{"model": Model.PER_UNIT, "currency": "USD", **terms}))

        assert (type(found), found.field) == (fault, field)


class TestRefuseFaults:
    def test_it_tells_each_field_what_is_wrong(self):
        terms = PriceTerms(model=Model.GRADUATED, currency="USD", tiers=(until(5),), minimum=D(-1))

        with pytest.raises(PriceRefused) as refusal:
            refuse_faults(terms)

        assert refusal.value.errors == {
            "minimum": ["This cannot be negative."],
            "tiers": ["Tier 1 is the last one and must have no end, so that every quantity has a price."],
        }

    def test_it_lets_sound_terms_pass(self):
        refuse_faults(PriceTerms(model=Model.FLAT, currency="USD", unit_price=D(49)))
