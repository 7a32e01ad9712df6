from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.database.session import transaction
from agency.foundation.due.sources import registered, start_due
from tests.factories.due import next_due
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, granted, held, standing, topped_up
from wallet.credits.events import BalanceFell, CreditExpired, CreditExpiring
from wallet.credits.jobs import LOTS
from wallet.credits.operations.expiry import run_due
from wallet.credits.rules.expiry import first_due
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind

DAY = timedelta(days=1)
END = NOON + 60 * DAY


class TestFirstDue:
    @pytest.mark.parametrize(
        ("now", "days_before"), [(NOON, 30), (END - 30 * DAY, 7), (END - 7 * DAY, 1), (END - DAY, 0)]
    )
    def test_it_is_the_next_notice_or_the_end(self, now, days_before):
        assert first_due(END, now=now) == END - days_before * DAY

    def test_credit_without_end_is_never_due(self):
        assert first_due(None, now=NOON) is None


@pytest.mark.usefixtures("of_agency")
class TestRunDue:
    def test_it_tells_30_7_and_1_days_before_and_loses_the_rest(self, sub_account, heard):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            while (moment := next_due(LOTS)) is not None:
                run_due(now=moment)

            assert balance(sub_account) == "0.00 USD"
        assert [event.days for event in heard if isinstance(event, CreditExpiring)] == [30, 7, 1]
        assert [event.lost for event in heard if isinstance(event, CreditExpired)] == [dollars("5")]

    def test_what_is_lost_is_breakage(self, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            run_due(now=END)

            assert ledger.balance(account(sub_account, AccountKind.BREAKAGE)) == dollars("5")

    def test_a_notice_that_came_late_is_told_once(self, sub_account, heard):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            run_due(now=END - 3 * DAY)
            run_due(now=END - 3 * DAY)

        assert [event.days for event in heard if isinstance(event, CreditExpiring)] == [3]

    def test_again_it_loses_nothing(self, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            topped_up(sub_account, "10")
            run_due(now=END)

            assert run_due(now=END) == 0
            assert balance(sub_account) == "10.00 USD"

    def test_what_is_held_stays(self, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            held(sub_account, "2", expires_at=END + DAY)
            run_due(now=END)

            assert (balance(sub_account), standing(sub_account).available(now=END)) == ("2.00 USD", dollars("0"))

    def test_it_tells_the_fall(self, sub_account, heard):
        with transaction():
            granted(sub_account, "5", expires_at=END)
            run_due(now=END)

        [fall] = [event.falls[0] for event in heard if isinstance(event, BalanceFell)]
        assert (fall.before, fall.after) == (dollars("5"), dollars("0"))

    def test_purchased_credit_may_expire_where_the_agency_says_so(self, sub_account):
        with transaction():
            topped_up(sub_account, "5", expires_at=END)
            run_due(now=END)

            assert balance(sub_account) == "0.00 USD"


@pytest.mark.usefixtures("of_agency")
class TestDueSource:
    def test_it_is_registered_and_works_batch_after_batch(self, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=END)

        LOTS.run_due(END)

        assert LOTS in registered()
        with transaction():
            assert balance(sub_account) == "0.00 USD"

    def test_the_scheduler_finds_the_agency_as_the_sweeper(self, sub_account):
        with transaction():
            granted(sub_account, "5", now=clock.wall(), expires_at=clock.wall() + DAY)
            held(sub_account, "1", now=clock.wall(), expires_at=clock.wall() + DAY / 2)

        assert start_due(clock.wall() + 2 * DAY) == 2
