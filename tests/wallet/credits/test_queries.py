from datetime import timedelta

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import dollars, granted, held, spent, topped_up, wallet_of
from wallet.credits import queries
from wallet.credits.history import HistoryFilter, find_transaction, transactions
from wallet.credits.operations.caps import set_overdraft
from wallet.ledger.codes import Code

DAY = timedelta(days=1)


@pytest.mark.usefixtures("of_agency")
class TestBalance:
    def test_it_adds_up(self, sub_account):
        with transaction():
            topped_up(sub_account, "20")
            granted(sub_account, "5", meters=frozenset({"calls"}))
            held(sub_account, "4")
            found = queries.balance(sub_account, now=NOON)

        assert (found.balance, found.purchased, found.complimentary) == (dollars("25"), dollars("20"), dollars("5"))
        assert (found.held, found.available, found.bound) == (dollars("4"), dollars("16"), dollars("5"))

    def test_what_is_owed_lowers_it(self, sub_account):
        with transaction():
            spent(sub_account, "8")
            set_overdraft(sub_account, dollars("10"), by=OPERATOR, now=NOON)
            found = queries.balance(sub_account, now=NOON)

        assert (found.balance, found.owed, found.overdraft) == (dollars("-8"), dollars("8"), dollars("10"))

    def test_a_wallet_without_history_is_empty(self, sub_account):
        with transaction():
            found = queries.balance(sub_account, now=NOON)

        assert (found.balance, found.runs_dry_at) == (dollars("0"), None)

    def test_it_runs_dry_at_the_pace_of_the_last_days(self, sub_account):
        with transaction():
            topped_up(sub_account, "100")
            for day in range(10):
                spent(sub_account, "2", now=NOON + day * DAY)
            found = queries.balance(sub_account, now=NOON + 9 * DAY)

        # 20 dollars in the 9 days and 6 hours since the first of these days began in Chicago; 80 are left.
        assert found.runs_dry_at == NOON + 9 * DAY + 4 * timedelta(days=9, hours=6)


@pytest.mark.usefixtures("of_agency")
class TestHasFunds:
    @pytest.mark.parametrize(("amount", "has"), [("5", True), ("5.000001", False)])
    def test_it_asks_what_new_work_would_be_asked(self, sub_account, amount, has):
        with transaction():
            topped_up(sub_account, "8")
            held(sub_account, "3")

            assert queries.has_funds(wallet_of(sub_account), dollars(amount), now=NOON) is has


@pytest.mark.usefixtures("of_agency")
class TestTransactions:
    @pytest.mark.parametrize(
        ("wanted", "amounts"),
        [
            (HistoryFilter(), ["-3", "-2", "20"]),
            (HistoryFilter(kinds=(Code.TOP_UP,)), ["20"]),
            (HistoryFilter(start=NOON + DAY), ["-3", "-2"]),
            (HistoryFilter(end=NOON + 2 * DAY), ["-2", "20"]),
        ],
    )
    def test_they_are_newest_first_and_filtered(self, sub_account, wanted, amounts):
        with transaction():
            topped_up(sub_account, "20")
            spent(sub_account, "2", now=NOON + DAY)
            spent(sub_account, "3", now=NOON + 2 * DAY)
            page = transactions(wallet_of(sub_account), wanted, cursor=None, limit=10)

        assert [row.amount for row in page.rows] == [dollars(amount) for amount in amounts]

    def test_they_are_found_by_product(self, sub_account):
        product_id = ids.new_id()

        with transaction():
            spent(sub_account, "2", product_id=product_id)
            spent(sub_account, "3")
            wanted = HistoryFilter(product_id=product_id)
            page = transactions(wallet_of(sub_account), wanted, cursor=None, limit=10)

        assert [row.amount for row in page.rows] == [dollars("-2")]

    def test_another_wallets_line_is_not_found(self, agency, sub_account):
        other = tenants.sub_account(agency, name="Other")

        with transaction():
            row = spent(sub_account, "3")

            with pytest.raises(NotFound):
                find_transaction(row.id, sub_account_id=other.id)


@pytest.mark.usefixtures("of_agency")
class TestDailySpending:
    def test_it_is_kept_by_product_and_local_day(self, sub_account):
        with transaction():
            for hours in (0, 1, 24):
                spent(sub_account, "2", now=NOON + timedelta(hours=hours))
            rows = queries.daily_spending(sub_account, days=30, now=NOON + DAY)

        assert [(row.day.day, row.spent) for row in rows] == [(2, 4_000_000), (3, 2_000_000)]
