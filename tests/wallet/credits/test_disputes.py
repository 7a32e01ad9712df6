from datetime import timedelta

import pytest

from agency.foundation import ids
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import balance, dollars, spent, standing, topped_up, wallet_of
from wallet.credits.operations.closing import move_on
from wallet.credits.operations.disputes import DisputeNews, heed_dispute
from wallet.credits.operations.refunds import refund, undo_refund
from wallet.ledger.checks import verify

CHARGE, DISPUTE = ids.new_id(), ids.new_id()
HOUR = timedelta(hours=1)


@pytest.mark.usefixtures("of_agency")
class TestHeedDispute:
    def test_lost_it_takes_what_is_left_and_owes_the_rest(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            spent(sub_account, "15")
            row = heed_dispute(news("25"), now=NOON)

            assert (row.purchased_change, row.owed_change) == (dollars("-10"), dollars("15"))
            assert (balance(sub_account), verify(of_agency.id)) == ("-15.00 USD", [])

    def test_won_it_restores_what_was_taken_and_pays_the_debt_first(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            spent(sub_account, "15")
            heed_dispute(news("25"), now=NOON)
            heed_dispute(news("0", at=NOON + HOUR), now=NOON + HOUR)

            assert (balance(sub_account), standing(sub_account).owed) == ("10.00 USD", dollars("0"))
            assert verify(of_agency.id) == []

    def test_the_same_news_twice_is_heeded_once(self, sub_account):
        told = news("25")

        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            heed_dispute(told, now=NOON)

            assert heed_dispute(told, now=NOON) is None
            assert balance(sub_account) == "0.00 USD"

    def test_only_the_difference_is_taken(self, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            heed_dispute(news("10"), now=NOON)
            row = heed_dispute(news("25", at=NOON + HOUR), now=NOON)

        assert row.amount == dollars("-15")

    def test_old_news_after_new_is_not_heeded(self, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            heed_dispute(news("0", at=NOON + HOUR), now=NOON)

            assert heed_dispute(news("25", at=NOON), now=NOON) is None
            assert balance(sub_account) == "25.00 USD"

    def test_its_bonus_goes_and_comes_back_with_it(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE, bonus=dollars("5"))
            heed_dispute(news("25"), now=NOON)
            gone = balance(sub_account)
            heed_dispute(news("0", at=NOON + HOUR), now=NOON)

            assert (gone, balance(sub_account)) == ("0.00 USD", "30.00 USD")
            assert verify(of_agency.id) == []

    def test_lost_won_and_lost_again_it_ends_lost(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "25", charge_id=CHARGE)
            for number, taken in enumerate(["25", "0", "25"]):
                heed_dispute(news(taken, at=NOON + number * HOUR), now=NOON)

            assert balance(sub_account) == "0.00 USD"
            assert verify(of_agency.id) == []

    def test_a_charge_that_brought_no_credit_is_not_found(self):
        with pytest.raises(NotFound), transaction():
            heed_dispute(news("25"), now=NOON)


@pytest.mark.usefixtures("of_agency")
class TestCreditThatMovedOn:
    """$25.00 were bought: $15.00 are spent, $10.00 go on to a second wallet, which spends $4.00 of them."""

    @pytest.fixture
    def successor(self, of_agency, sub_account):
        with transaction():
            successor = tenants.sub_account(of_agency, name="Successor")
            topped_up(sub_account, "25", charge_id=CHARGE)
            spent(sub_account, "15")
            move_on(wallet_of(sub_account), successor.id, now=NOON)
            spent(successor, "4")
        return successor

    def test_is_taken_where_it_went_and_owed_by_who_spent_it(self, of_agency, sub_account, successor):
        with transaction():
            heed_dispute(news("25"), now=NOON)

            assert (balance(sub_account), balance(successor)) == ("-15.00 USD", "-4.00 USD")
            assert verify(of_agency.id) == []

    def test_is_taken_once_by_news_in_parts(self, sub_account, successor):
        with transaction():
            for number, taken in enumerate(["8", "8", "20", "25", "25"]):
                heed_dispute(news(taken, at=NOON + number * HOUR), now=NOON)

            assert (balance(sub_account), balance(successor)) == ("-15.00 USD", "-4.00 USD")

    def test_comes_back_to_each_when_it_is_won(self, of_agency, sub_account, successor):
        with transaction():
            heed_dispute(news("25"), now=NOON)
            heed_dispute(news("0", at=NOON + HOUR), now=NOON)

            assert (balance(sub_account), balance(successor)) == ("0.00 USD", "6.00 USD")
            assert verify(of_agency.id) == []

    def test_is_followed_from_successor_to_successor(self, of_agency, sub_account, successor):
        with transaction():
            third = tenants.sub_account(of_agency, name="Third")
            heed_dispute(news("25"), now=NOON)
            heed_dispute(news("0", at=NOON + HOUR), now=NOON)
            move_on(wallet_of(successor), third.id, now=NOON)
            heed_dispute(news("25", at=NOON + 2 * HOUR), now=NOON)

            assert [balance(each) for each in (sub_account, successor, third)] == [
                "-15.00 USD",
                "-4.00 USD",
                "0.00 USD",
            ]
            assert verify(of_agency.id) == []

    def test_goes_on_again_after_a_card_turned_a_part_back(self, of_agency, sub_account):
        with transaction():
            successor = tenants.sub_account(of_agency, name="Successor")
            topped_up(sub_account, "25", charge_id=CHARGE)
            returned = refund(wallet_of(sub_account), dollars("10"), source_type="test", source_id=CHARGE, now=NOON)
            move_on(wallet_of(sub_account), successor.id, now=NOON)
            undo_refund(returned.transaction.id, now=NOON)
            move_on(wallet_of(sub_account), successor.id, now=NOON)
            spent(successor, "20")
            heed_dispute(news("25"), now=NOON)

            assert (balance(sub_account), balance(successor)) == ("0.00 USD", "-20.00 USD")
            assert verify(of_agency.id) == []


def news(taken, *, at=NOON):
    return DisputeNews(dispute_id=DISPUTE, charge_id=CHARGE, taken=dollars(taken), occurred_at=at)
