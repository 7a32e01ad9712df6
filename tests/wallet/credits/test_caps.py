from datetime import UTC, datetime, timedelta

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from tests.factories.tenants import NOON
from tests.factories.wallet import dollars, held, spent, topped_up, wish
from wallet.credits.events import CapCrossed
from wallet.credits.models.limits import CapKind, CapPeriod
from wallet.credits.operations.caps import CapReached, remove_cap, set_cap
from wallet.credits.operations.debits import charge
from wallet.credits.operations.give_back import give_back

PRODUCT = ids.new_id()


@pytest.mark.usefixtures("of_agency")
class TestHardCap:
    def test_it_stops_new_work_of_its_product_alone(self, sub_account):
        with transaction():
            capped(sub_account, "5")
            charge(wish(sub_account, "5", product_id=PRODUCT), now=NOON)
            charge(wish(sub_account, "5", product_id=ids.new_id()), now=NOON)

        with pytest.raises(CapReached, match=r"leaves \$0\.00"), transaction():
            charge(wish(sub_account, "0.000001", product_id=PRODUCT), now=NOON)

    def test_it_counts_what_open_holds_may_take(self, sub_account):
        with transaction():
            capped(sub_account, "5")
            held(sub_account, "3", product_id=PRODUCT)

        with pytest.raises(CapReached), transaction():
            held(sub_account, "2.01", product_id=PRODUCT)

    def test_past_work_goes_on(self, sub_account):
        with transaction():
            capped(sub_account, "5")

            assert spent(sub_account, "9", product_id=PRODUCT).amount == dollars("-9")

    def test_what_was_given_back_counts_no_more(self, sub_account):
        with transaction():
            capped(sub_account, "5")
            row = charge(wish(sub_account, "5", product_id=PRODUCT), now=NOON)
            give_back(row.id, dollars("2"), now=NOON)
            charge(wish(sub_account, "2", product_id=PRODUCT), now=NOON)

    def test_a_day_ends_at_the_sub_accounts_midnight(self, sub_account):
        evening = datetime(2026, 3, 3, 5, 59, tzinfo=UTC)  # 23:59 in Chicago.
        with transaction():
            capped(sub_account, "5")
            charge(wish(sub_account, "5", product_id=PRODUCT), now=evening)
            charge(wish(sub_account, "5", product_id=PRODUCT), now=evening + timedelta(minutes=1))

    def test_a_month_holds_on_to_its_last_day(self, sub_account):
        with transaction():
            capped(sub_account, "5", period=CapPeriod.MONTH)
            charge(wish(sub_account, "5", product_id=PRODUCT), now=NOON)

        with pytest.raises(CapReached), transaction():
            charge(wish(sub_account, "1", product_id=PRODUCT), now=datetime(2026, 4, 1, 4, 59, tzinfo=UTC))

    def test_it_is_changed_in_place(self, sub_account):
        with transaction():
            capped(sub_account, "5")
            capped(sub_account, "8")
            charge(wish(sub_account, "7", product_id=PRODUCT), now=NOON)

    def test_taken_off_it_stops_nothing(self, sub_account):
        with transaction():
            cap = capped(sub_account, "5")
            remove_cap(cap.id, by=OPERATOR, now=NOON)
            charge(wish(sub_account, "7", product_id=PRODUCT), now=NOON)

    def test_what_is_not_there_cannot_be_taken_off(self):
        with pytest.raises(NotFound), transaction():
            remove_cap(ids.new_id(), by=OPERATOR, now=NOON)


@pytest.mark.usefixtures("of_agency")
class TestSoftCap:
    def test_it_tells_once_and_stops_nothing(self, sub_account, heard):
        with transaction():
            capped(sub_account, "5", kind=CapKind.SOFT)
            for _ in range(3):
                charge(wish(sub_account, "3", product_id=PRODUCT), now=NOON)

        assert [event.spent for event in heard if isinstance(event, CapCrossed)] == [dollars("6")]


def capped(of, limit, *, period=CapPeriod.DAY, kind=CapKind.HARD):
    topped_up(of, "50")
    return set_cap(of, PRODUCT, period, kind, dollars(limit), by=OPERATOR, now=NOON)
