"""Any price terms that may be sold, for properties."""

from decimal import Decimal
from itertools import accumulate

from hypothesis import strategies as st

from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier

prices = st.decimals(min_value=0, max_value=1000, places=6)
quantities = st.decimals(min_value=0, max_value=5000, places=3)
sizes = st.decimals(min_value=1, max_value=500, places=1)


@st.composite
def tiers(draw):
    ends = list(accumulate(draw(st.lists(sizes, max_size=4))))
    return tuple(
        Tier(
            up_to=end,
            unit_price=draw(prices),
            flat_fee=draw(prices),
            package_size=draw(st.none() | sizes),
        )
        for end in [*ends, None]
    )


@st.composite
def price_terms(draw, models=tuple(Model)):
    bounds = sorted([draw(prices), draw(prices)])
    return PriceTerms(
        model=draw(st.sampled_from(models)),
        currency="USD",
        unit_price=draw(prices),
        package_size=draw(sizes),
        tiers=draw(tiers()),
        first_fee_at_zero=draw(st.booleans()),
        rate_percent=draw(st.decimals(min_value=0, max_value=100, places=3)),
        free_transactions=draw(st.none() | st.integers(min_value=0, max_value=3)),
        transaction_minimum=draw(st.none() | st.just(bounds[0])),
        transaction_maximum=draw(st.none() | st.just(bounds[1])),
        included_units=draw(quantities),
        markup=draw(st.decimals(min_value=Decimal("0.5"), max_value=3, places=4)),
        minimum=draw(st.none() | st.just(bounds[0])),
        maximum=draw(st.none() | st.just(bounds[1])),
        pass_through=draw(st.sampled_from([(), (PassThrough(code="carrier", unit_price=Decimal("0.003")),)])),
    )
