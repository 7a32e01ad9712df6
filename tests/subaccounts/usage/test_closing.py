from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agency.foundation import ids
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import plans, subscriptions, usage
from tests.factories.tenants import NOON

APRIL = datetime(2026, 4, 1, 5, tzinfo=UTC)
LATER = APRIL + timedelta(hours=2)


@pytest.fixture
def invoiced(agency, of):
    """Subscribed on the second of March to a plan whose usage is invoiced."""
    plan = plans.plan(agency)
    plans.price(plan, plans.per_unit("0.10", minimum=Decimal(5)), meter="emails")
    subscriptions.subscription(of, plan, collection=Collection.INVOICE)
    return plan


class TestClosingAPeriod:
    def test_asks_what_the_price_asks_at_least(self, of, product):
        plans.price(product, plans.per_unit("0.10", minimum=Decimal(5)), meter="emails")
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)

        for _twice in range(2):
            usage.closed(of, now=LATER)

        assert usage.amounts(of) == ["1.00", "4.00"]
        assert [total.closed_at for total in usage.totals(of)] == [LATER]
        usage.verified(of)

    def test_waits_for_what_is_still_being_rated(self, of, product):
        plans.price(product, plans.per_unit("0.10"), meter="emails")
        usage.used(of, usage.event(of, "emails"))
        usage.rated(of)

        usage.closed(of, now=APRIL + timedelta(minutes=59))

        assert [total.closed_at for total in usage.totals(of)] == [None]

    def test_counts_what_comes_later_in_the_next_with_a_mark(self, of, product):
        plans.price(product, plans.per_unit("0.10"), meter="emails")
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)
        usage.closed(of, now=LATER)

        usage.used(of, usage.event(of, "emails", "3"), now=LATER)
        usage.rated(of, now=LATER)

        assert [int(total.quantity) for total in usage.totals(of)] == [10, 3]
        assert [charge.is_late for charge in usage.charges(of)] == [False, True]
        assert usage.totals(of)[1].period_start == APRIL


@pytest.mark.usefixtures("invoiced")
class TestABill:
    def test_takes_each_period_once_with_its_minimum(self, of):
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)
        until = datetime(2026, 4, 2, 5, tzinfo=UTC)

        taken = [usage.taken(of, ids.new_id(), until=until) for _twice in range(2)]

        assert [[line.amount.plain() for line in lines] for lines in taken] == [["5.00"], []]
        assert usage.books(of)["purchased_credit"] == 100_000_000

    def test_leaves_what_is_not_over(self, of):
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)

        assert usage.taken(of, ids.new_id(), until=NOON + timedelta(days=1)) == []


def test_a_bill_lists_what_a_wallet_paid(of, product):
    plans.tax(product, percent="10")
    plans.price(product, plans.per_unit("0.10"), meter="emails")
    usage.used(of, usage.event(of, "emails", "10"))
    usage.rated(of)
    usage.closed(of, now=LATER)

    [line] = usage.taken(of, ids.new_id(), until=LATER)

    assert (line.is_prepaid, line.amount.plain(), line.tax.plain(), line.quantity) == (True, "1.00", "0.10", 10)
