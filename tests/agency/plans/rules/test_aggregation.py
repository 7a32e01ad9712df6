from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agency.plans.rules.aggregation import Aggregation, Measured, aggregate

NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)


def event(quantity, *, minute=0, key=None):
    return Measured(occurred_at=NOON + timedelta(minutes=minute), quantity=Decimal(quantity), unique_key=key)


EVENTS = [event(3, minute=2, key="a"), event(7, minute=1, key="b"), event("0.5", minute=2, key="a")]


class TestAggregate:
    @pytest.mark.parametrize(
        ("aggregation", "quantity"),
        [
            (Aggregation.COUNT, "3"),
            (Aggregation.SUM, "10.5"),
            (Aggregation.MAX, "7"),
            (Aggregation.UNIQUE_COUNT, "2"),
            (Aggregation.LATEST, "0.5"),
        ],
    )
    def test_it_makes_one_quantity_of_many_events(self, aggregation, quantity):
        assert aggregate(aggregation, EVENTS) == Decimal(quantity)

    @pytest.mark.parametrize("aggregation", list(Aggregation))
    def test_no_events_make_zero(self, aggregation):
        assert aggregate(aggregation, []) == 0

    def test_the_latest_is_the_last_to_occur_not_the_last_to_arrive(self):
        assert aggregate(Aggregation.LATEST, [event(9, minute=5), event(4, minute=1)]) == 9
