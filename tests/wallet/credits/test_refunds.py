import pytest

from agency.foundation import ids
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput, NotFound
from tests.factories.tenants import NOON
from tests.factories.wallet import account, balance, dollars, held, left, spent, topped_up, wallet_of
from wallet.credits.operations.refunds import RefundUndone, refund, undo_refund
from wallet.credits.rules.returns import RefundAboveUnspent
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind
from wallet.ledger.checks import verify

OLD, NEW = ids.new_id(), ids.new_id()


@pytest.mark.usefixtures("of_agency")
class TestRefund:
    def test_it_returns_unspent_credit_newest_first_to_its_charges(self, sub_account):
        with transaction():
            topped_up(sub_account, "10", charge_id=OLD)
            topped_up(sub_account, "5", charge_id=NEW)
            found = refunded(sub_account, "8")

        assert [(part.charge_id, str(part.amount)) for part in found.parts] == [(NEW, "5.00 USD"), (OLD, "3.00 USD")]

    def test_it_leaves_the_clearing_account_with_what_the_card_keeps(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            refunded(sub_account, "8")

            assert ledger.balance(account(sub_account, AccountKind.CARD_CLEARING)) == dollars("2")
            assert verify(of_agency.id) == []

    @pytest.mark.parametrize("amount", ["2.01", "10", "1000000"])
    def test_more_than_is_unspent_is_refused(self, sub_account, amount):
        with transaction():
            topped_up(sub_account, "10")
            spent(sub_account, "7")
            held(sub_account, "1")

        with pytest.raises(RefundAboveUnspent), transaction():
            refunded(sub_account, amount)

    @pytest.mark.parametrize("amount", ["0", "-1", "0.005"])
    def test_only_whole_coins_above_zero_are_refunded(self, sub_account, amount):
        with pytest.raises(InvalidInput), transaction():
            refunded(sub_account, amount)

    def test_a_part_smaller_than_a_coin_stays(self, sub_account):
        with transaction():
            topped_up(sub_account, "10", charge_id=OLD)
            topped_up(sub_account, "5", charge_id=NEW)
            spent(sub_account, "9.9917")
            found = refunded(sub_account, "5")

        assert [str(part.amount) for part in found.parts] == ["5.00 USD"]

    def test_its_bonus_goes_with_it_in_proportion(self, sub_account):
        with transaction():
            topped_up(sub_account, "10", bonus=dollars("2"))
            first = refunded(sub_account, "5")
            second = refunded(sub_account, "5")

            assert (first.bonus_clawed_back, second.bonus_clawed_back) == (dollars("1"), dollars("1"))
            assert balance(sub_account) == "0.00 USD"

    def test_undone_it_leaves_all_as_it_was(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "10", bonus=dollars("2"), description="bought")
            found = refunded(sub_account, "10")
            undo_refund(found.transaction.id, now=NOON)

            assert balance(sub_account) == "12.00 USD"
            assert refunded(sub_account, "10").bonus_clawed_back == dollars("2")
            assert verify(of_agency.id) == []

    def test_it_is_undone_once(self, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            found = refunded(sub_account, "10")
            undo_refund(found.transaction.id, now=NOON)

        with pytest.raises(RefundUndone), transaction():
            undo_refund(found.transaction.id, now=NOON)

    def test_only_a_refund_is_undone(self, sub_account):
        with transaction():
            row = topped_up(sub_account, "10")

        with pytest.raises(NotFound), transaction():
            undo_refund(row.id, now=NOON)

    def test_spent_credit_is_not_returned(self, sub_account):
        with transaction():
            topped_up(sub_account, "10", description="bought")
            spent(sub_account, "4")
            refunded(sub_account, "6")

            assert left(sub_account) == {"bought": "0.00"}


def refunded(of, amount):
    return refund(wallet_of(of), dollars(amount), source_type="refund", source_id=ids.new_id(), now=NOON)
