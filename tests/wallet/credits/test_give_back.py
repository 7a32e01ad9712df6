from datetime import timedelta

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, granted, left, spent, standing, topped_up
from wallet.credits.operations import expiry
from wallet.credits.operations.give_back import GivenBackAlready, give_back
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind
from wallet.ledger.checks import verify

LATER = NOON + timedelta(days=3)


@pytest.mark.usefixtures("of_agency")
class TestGiveBack:
    def test_the_lots_that_paid_get_it_back(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", description="bought")
            granted(sub_account, "5", description="given")
            row = spent(sub_account, "8")
            give_back(row.id, dollars("8"), now=NOON)

            assert left(sub_account) == {"bought": "25.00", "given": "5.00"}
            assert verify(of_agency.id) == []

    def test_each_lot_gets_back_what_it_paid_and_no_more_of_what_others_did(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", description="bought")
            granted(sub_account, "5", description="given")
            row = spent(sub_account, "8")
            spent(sub_account, "10")
            for part in ("2", "2", "4"):
                give_back(row.id, dollars(part), now=NOON)

            assert left(sub_account) == {"bought": "15.00", "given": "5.00"}
            assert verify(of_agency.id) == []

    def test_the_lot_that_burned_last_gets_it_back_first(self, sub_account):
        with transaction():
            granted(sub_account, "5", description="later", priority=2)
            granted(sub_account, "5", description="sooner", priority=1)
            row = spent(sub_account, "8")
            give_back(row.id, dollars("4"), now=NOON)

            assert left(sub_account) == {"later": "5.00", "sooner": "1.00"}

    def test_what_a_lot_gets_back_after_its_end_is_lost(self, of_agency, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=NOON + timedelta(days=2))
            row = spent(sub_account, "5")
            expiry.run_due(now=LATER)
            give_back(row.id, dollars("5"), now=LATER)
            expiry.run_due(now=LATER)

            assert balance(sub_account) == "0.00 USD"
            assert verify(of_agency.id) == []

    def test_what_is_owed_falls_first(self, sub_account):
        with transaction():
            topped_up(sub_account, "5")
            row = spent(sub_account, "8")
            back = give_back(row.id, dollars("4"), now=NOON)

            assert (back.owed_change, back.purchased_change) == (dollars("-3"), dollars("1"))

    def test_a_debt_paid_since_comes_back_as_credit(self, of_agency, sub_account):
        with transaction():
            row = spent(sub_account, "8")
            topped_up(sub_account, "10")
            give_back(row.id, dollars("8"), now=NOON)

            assert (balance(sub_account), standing(sub_account).owed) == ("10.00 USD", dollars("0"))
            assert verify(of_agency.id) == []

    def test_the_revenue_falls(self, sub_account):
        with transaction():
            row = spent(sub_account, "8")
            give_back(row.id, dollars("3"), now=NOON)

            assert ledger.balance(account(sub_account, AccountKind.REVENUE_USAGE)) == dollars("5")

    @pytest.mark.parametrize("amount", ["0", "-1", "5.000001"])
    def test_no_more_than_is_left_of_it_is_given_back(self, sub_account, amount):
        with transaction():
            topped_up(sub_account, "25")
            row = spent(sub_account, "8")
            give_back(row.id, dollars("3"), now=NOON)

        with pytest.raises(GivenBackAlready), transaction():
            give_back(row.id, dollars(amount), now=NOON)

    def test_only_spending_is_given_back(self, sub_account):
        with transaction():
            row = topped_up(sub_account, "25")

        with pytest.raises(NotFound), transaction():
            give_back(row.id, dollars("1"), now=NOON)
