from datetime import timedelta

import pytest

from tests.factories import funds
from tests.factories.tenants import NOON
from wallet.credits.rules.returns import RefundAboveUnspent


class TestARefund:
    def test_it_takes_the_newest_purchase_first_and_gives_each_card_its_own(self, client, stripe, owner):
        funds.added(client, "40.00", now=NOON + timedelta(minutes=1))

        funds.refund_requested(client, "50.00", now=NOON + timedelta(minutes=2))
        funds.given_back(client)

        assert [part.amount.plain() for part in funds.parts(client)] == ["40.00", "10.00"]
        assert sorted(refund["amount"] for refund in stripe.refunded()) == [1000, 4000]
        assert funds.balance_of(client) == funds.dollars("15.00")
        assert [kind for kind, _amount in funds.receipts(owner)] == ["payment", "payment", "refund", "refund"]
        funds.verified(client)

    def test_the_bonus_goes_back_in_proportion(self, client, stripe):
        funds.terms(client, bonus_percent=10)
        funds.added(client, "100.00")

        funds.refund_requested(client, "50.00")
        funds.given_back(client)

        assert funds.parts(client)[0].bonus_clawed_back == funds.dollars("5.00")
        assert funds.balance_of(client) == funds.dollars("80.00")

    def test_more_than_is_unspent_is_refused_and_nothing_moves(self, client, stripe):
        funds.spent(client, "20.00")

        with pytest.raises(RefundAboveUnspent):
            funds.refund_requested(client, "5.01")

        assert funds.balance_of(client) == funds.dollars("5.00")
        assert stripe.refunded() == []

    def test_what_the_card_refuses_comes_back_to_the_wallet(self, client, stripe):
        funds.refund_requested(client, "10.00")
        assert funds.balance_of(client) == funds.dollars("15.00")

        funds.refund_failed(client)

        assert funds.parts(client)[0].state == "failed"
        assert funds.balance_of(client) == funds.dollars("25.00")
        funds.verified(client)

    def test_it_takes_back_what_was_given_at_the_processors_own_pages(self, client):
        funds.spent(client, "20.00")

        funds.given_elsewhere(client, "25.00")

        assert funds.balance_of(client) == funds.dollars("-20.00")
        funds.verified(client)


class TestADispute:
    def test_lost_it_is_clawed_back_into_what_is_owed(self, client):
        funds.spent(client, "20.00")

        funds.disputed(client, "lost")

        assert funds.balance_of(client) == funds.dollars("-20.00")
        funds.verified(client)

    def test_the_next_top_up_pays_what_is_owed_first(self, client):
        funds.spent(client, "20.00")
        funds.disputed(client, "lost")

        added = funds.added(client, "50.00")

        assert added.paid_owed == funds.dollars("20.00")
        assert funds.balance_of(client) == funds.dollars("30.00")

    def test_the_same_news_again_changes_nothing(self, client):
        funds.disputed(client, "lost")

        funds.disputed(client, "lost")

        assert funds.balance_of(client) == funds.dollars("0.00")

    def test_won_nothing_is_taken(self, client):
        funds.disputed(client, "won")

        assert funds.balance_of(client) == funds.dollars("25.00")

    def test_it_pauses_automatic_recharge(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")

        funds.disputed(client, "lost")

        assert funds.pause(client).reason == "disputed"
        assert funds.recharges(client) == []
