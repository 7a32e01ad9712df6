import pytest

from agency.foundation import ids
from agency.foundation.database.session import transaction
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, left, spent, standing, topped_up
from wallet.credits.events import WalletToppedUp
from wallet.credits.history import lots_of
from wallet.credits.rules.lots import LotKind
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind


@pytest.mark.usefixtures("of_agency")
class TestTopUp:
    def test_it_becomes_purchased_credit(self, sub_account):
        with transaction():
            row = topped_up(sub_account, "25")

            assert (row.amount, row.balance) == (dollars("25"), dollars("25"))
            assert ledger.balance(account(sub_account, AccountKind.CARD_CLEARING)) == dollars("25")

    def test_the_same_charge_gives_credit_once(self, sub_account):
        charge_id = ids.new_id()

        with transaction():
            first = topped_up(sub_account, "25", charge_id=charge_id)
            again = topped_up(sub_account, "25", charge_id=charge_id)

            assert again.id == first.id
            assert balance(sub_account) == "25.00 USD"

    def test_what_is_owed_is_paid_first(self, sub_account):
        with transaction():
            spent(sub_account, "8")
            row = topped_up(sub_account, "25", description="bought")

            assert (row.amount, row.purchased_change, row.owed_change) == (
                dollars("25"),
                dollars("17"),
                dollars("-8"),
            )
            assert left(sub_account) == {"bought": "17.00"}
            assert str(lots_of([row.id])[row.id][0].amount) == "8.00 USD"

    def test_a_top_up_below_the_debt_pays_a_part_of_it(self, sub_account):
        with transaction():
            spent(sub_account, "8")
            topped_up(sub_account, "5")

            assert (standing(sub_account).owed, balance(sub_account)) == (dollars("3"), "-3.00 USD")

    def test_its_bonus_is_complimentary_credit_tied_to_it(self, sub_account):
        with transaction():
            topped_up(sub_account, "25", bonus=dollars("5"))
            bought, bonus = standing(sub_account).lots.values()

        assert (bonus.kind, bonus.purchase_id) == (LotKind.BONUS, bought.id)
        assert (bonus.charge_id, bought.charge_id is not None) == (None, True)

    def test_the_bonus_pays_no_debt(self, sub_account):
        with transaction():
            spent(sub_account, "30")
            topped_up(sub_account, "25", bonus=dollars("5"))

            assert standing(sub_account).owed == dollars("5")

    def test_it_tells_the_split(self, sub_account, heard):
        with transaction():
            spent(sub_account, "8")
            row = topped_up(sub_account, "25", now=NOON)

        [event] = [event for event in heard if isinstance(event, WalletToppedUp)]
        assert (event.transaction_id, event.amount, event.paid_owed) == (row.id, dollars("25"), dollars("8"))
