from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agency.foundation import ids
from agency.foundation.due import sources
from agency.foundation.tenancy import scope
from subaccounts.subscriptions.models.subscriptions import Collection
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories import plans, subscriptions, usage
from tests.factories.tenants import NOON

DAY = timedelta(days=1)
# Subscribed on the second of March in Chicago: a month of 31 days until the second of April.
END = datetime(2026, 4, 2, 5, tzinfo=UTC)
NEXT_END = datetime(2026, 5, 2, 5, tzinfo=UTC)
LATER = timedelta(hours=2)


@pytest.fixture
def plan(agency):
    plan = plans.plan(agency)
    plans.price(plan, plans.per_unit("0.10", minimum=Decimal(31)), meter="emails")
    return plan


@pytest.fixture
def subscribed(of, plan):
    return subscriptions.subscription(of, plan, collection=Collection.WALLET)


def asked(of, *, at=END):
    """What the wallet paid once the period was over; asked twice for the same."""
    usage.opened(of, now=at - LATER)
    for _twice in range(2):
        usage.closed(of, now=at + LATER)
    usage.verified(of)
    return usage.amounts(of)


@pytest.mark.usefixtures("subscribed")
class TestAMinimum:
    def test_is_asked_where_nothing_was_used(self, of):
        usage.opened(of, now=NOON)

        assert asked(of) == ["31.00"]
        assert [(total.events, total.quantity) for total in usage.totals(of)][:1] == [(0, 0)]

    def test_is_reached_by_what_was_used(self, of):
        usage.opened(of, now=NOON)
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)

        assert asked(of) == ["1.00", "30.00"]

    def test_is_asked_of_every_period_however_late_it_is_opened(self, of):
        usage.opened(of, now=NEXT_END - LATER)

        assert asked(of, at=NEXT_END) == ["31.00", "31.00"]

    def test_is_due_when_the_next_period_begins(self, of, agency):
        usage.opened(of, now=NOON)

        with scope.of_agency(agency.id):
            [moment] = [each.at for each in sources.planned() if each.source.name == "minimums of usage"]

        assert moment == END


class TestAPart:
    def test_is_asked_of_who_left_in_the_middle(self, of, subscribed):
        usage.opened(of, now=NOON)
        subscriptions.canceled(subscribed, now=NOON + 10 * DAY)

        assert asked(of) == ["10.00"]

    def test_is_not_asked_of_a_pause(self, of, subscribed):
        usage.opened(of, now=NOON)
        subscriptions.paused(subscribed, now=NOON + 10 * DAY)
        subscriptions.resumed(subscribed, now=NOON + 20 * DAY)

        assert asked(of) == ["21.00"]

    def test_is_not_asked_of_a_trial(self, of, plan):
        subscriptions.subscription(of, plan, collection=Collection.WALLET, trial_days=10)
        usage.opened(of, now=NOON)

        usage.closed(of, now=NOON + 10 * DAY)

        assert usage.amounts(of) == []

    def test_follows_a_change_at_once_and_opens_no_more(self, of, subscribed):
        usage.opened(of, now=NOON)
        subscriptions.canceled(subscribed, TakesEffect.NOW, now=NOON + 10 * DAY)

        usage.opened(of, now=END + DAY)

        assert [total.period_end for total in usage.totals(of)][1:] == []


def test_a_bill_asks_it_where_nothing_was_used(of, plan):
    subscriptions.subscription(of, plan, collection=Collection.INVOICE)
    usage.opened(of, now=NOON)

    taken = [usage.taken(of, ids.new_id(), until=END) for _twice in range(2)]

    assert [[line.amount.plain() for line in lines] for lines in taken] == [["31.00"], []]


def test_who_resells_without_a_subscription_owes_none(of, product):
    plans.price(product, plans.per_unit("0.10", minimum=Decimal(5)), meter="emails")

    assert asked(of) == []
