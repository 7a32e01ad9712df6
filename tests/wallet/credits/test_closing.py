import pytest

from agency.foundation import ids
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, granted, held, spent, topped_up
from wallet.credits.models.holds import HoldState
from wallet.credits.operations.closing import close_out
from wallet.credits.operations.refunds import undo_refund
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind
from wallet.ledger.checks import verify

CHARGE = ids.new_id()


@pytest.mark.usefixtures("of_agency")
class TestCloseOut:
    def test_purchased_credit_goes_back_in_whole_coins_and_the_rest_is_lost(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            granted(sub_account, "5", meters=frozenset({"calls"}))
            spent(sub_account, "0.0083")
            found = close_out(sub_account, now=NOON)

            assert [(part.charge_id, str(part.amount)) for part in found.refunds] == [(CHARGE, "24.99 USD")]
            assert (found.lost, balance(sub_account)) == (dollars("5.0017"), "0.00 USD")
            assert ledger.balance(account(sub_account, AccountKind.BREAKAGE)) == dollars("5.0017")
            assert verify(of_agency.id) == []

    def test_what_is_owed_is_paid_from_what_is_left(self, sub_account):
        with transaction():
            spent(sub_account, "8")
            granted(sub_account, "5")
            found = close_out(sub_account, now=NOON)

            assert (found.still_owed, balance(sub_account)) == (dollars("3"), "-3.00 USD")

    def test_holds_end(self, sub_account):
        with transaction():
            topped_up(sub_account, "25")
            hold = held(sub_account, "10")
            found = close_out(sub_account, now=NOON)

        assert (hold.state, str(found.refunds[0].amount)) == (HoldState.RELEASED, "25.00 USD")

    def test_purchased_credit_moves_to_another_sub_account(self, of_agency, agency, sub_account):
        successor = tenants.sub_account(agency, name="Successor")

        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            granted(sub_account, "5")
            found = close_out(sub_account, successor=successor, now=NOON)

            assert (found.moved, found.lost, found.refunds) == (dollars("25"), dollars("5"), ())
            assert (balance(sub_account), balance(successor)) == ("0.00 USD", "25.00 USD")
            assert close_out(successor, now=NOON).refunds[0].charge_id == CHARGE
            assert verify(of_agency.id) == []

    def test_a_successor_has_the_same_currency(self, agency, sub_account):
        other = tenants.sub_account(agency, name="Other", currency="EUR")

        with pytest.raises(InvalidInput), transaction():
            close_out(sub_account, successor=other, now=NOON)

    def test_it_is_no_successor_of_itself(self, sub_account):
        with pytest.raises(InvalidInput), transaction():
            close_out(sub_account, successor=sub_account, now=NOON)

    def test_a_refund_that_the_card_refuses_is_undone(self, sub_account):
        with transaction():
            topped_up(sub_account, "25")
            found = close_out(sub_account, now=NOON)
            undo_refund(found.refund_transaction_id, now=NOON)

            assert balance(sub_account) == "25.00 USD"

    def test_an_empty_wallet_closes_with_nothing(self, sub_account):
        with transaction():
            found = close_out(sub_account, now=NOON)

        assert (found.refunds, found.refund_transaction_id, found.still_owed) == ((), None, dollars("0"))
