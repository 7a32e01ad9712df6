"""Whatever the order, the batches and the repetitions: the same events come to the same sums."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import Model, PriceTerms, Tier
from tests.factories import plans, tenants, usage
from tests.factories.tenants import NOON

KINDS = list(Aggregation)
TERMS = PriceTerms(
    model=Model.GRADUATED,
    currency="USD",
    tiers=(
        Tier(up_to=Decimal(5), unit_price=Decimal("0.0083")),
        Tier(up_to=Decimal(20), unit_price=Decimal("0.0000005"), flat_fee=Decimal("0.1")),
        Tier(unit_price=Decimal("0.333333333")),
    ),
    included_units=Decimal(2),
    markup=Decimal(2),
)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 3, 6, tzinfo=UTC)  # Of Chicago: the last batch is rated then.
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.decimals("0", "30", places=3), st.sampled_from(["ana", "ben", "cy"])),
    min_size=1,
    max_size=10,
)


@pytest.fixture
def metered(agency, product):
    """A meter of each kind, with a price that has tiers and included units."""
    for kind in KINDS:
        plans.meter(agency, kind.value, kind)
        plans.price(product, TERMS, meter=kind.value)
    return agency


def sent_and_rated(of, events, batches):
    """Stored and rated batch by batch, six hours apart; each names its events, by number, as often as it likes."""
    for place, numbers in enumerate(batches):
        now = NOON + place * DAY / 4
        usage.used(of, *(events[number] | {"sub_account_id": of.public_id} for number in numbers), now=now)
        usage.rated(of, now=now)


def kept(of, start):
    """What the day says that was charged and cost, in micros."""
    paid = usage.paid_between(of, start, start + DAY)
    return sum(each.charge.micros for each in paid), sum(each.cost.micros for each in paid)


def booked(of, start):
    """The same, from single charges."""
    charges = [charge for charge in usage.charges(of) if start <= charge.booked_at < start + DAY]
    return sum(charge.amount_micros for charge in charges), usage.cost(of, charges)


def quantity_of(kind, events):
    """All events at once, in the order in which they occurred; the product never has them all before it."""
    quantities = [Decimal(event["quantity"]) for event in sorted(events, key=lambda event: int(event["id"]))]
    return {
        Aggregation.COUNT: Decimal(len(quantities)),
        Aggregation.SUM: sum(quantities, Decimal(0)),
        Aggregation.MAX: max(quantities),
        Aggregation.UNIQUE_COUNT: Decimal(len({event["member"] for event in events})),
        Aggregation.LATEST: quantities[-1],
    }[kind]


def expected(events):
    sums = {}
    for kind in KINDS:
        mine = [event for event in events if event["meter"] == kind.value]
        if mine:
            quantity = quantity_of(kind, mine)
            sums[kind.value] = quantity, evaluate(TERMS, quantity, closing=False).amount.micros
    return sums


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=EVENTS, data=st.data())
def test_order_batches_and_repetitions_change_no_sum(metered, drawn, data):
    events = [
        usage.event_of(kind.value, str(quantity), number=number, member=member)
        for number, (kind, quantity, member) in enumerate(drawn)
    ]
    order = data.draw(st.permutations(range(len(events))))
    cut = data.draw(st.integers(0, len(events)))
    again = data.draw(st.lists(st.sampled_from(range(len(events))), max_size=5))
    of = usage.funded(tenants.sub_account(metered))

    sent_and_rated(of, events, [order[:cut], again, order[cut:], order])

    assert usage.sums(of) == expected(events)
    assert usage.paid(of) == sum(micros for _, micros in usage.sums(of).values())
    assert [kept(of, start) for start in (MIDNIGHT - DAY, MIDNIGHT)] == [
        booked(of, start) for start in (MIDNIGHT - DAY, MIDNIGHT)
    ]
    usage.verified(of)
