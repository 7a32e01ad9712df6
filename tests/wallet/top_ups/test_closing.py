from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import funds, tenants, wallet
from tests.factories.funds import dollars
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKind
from wallet.top_ups.operations.closing import NoSuccessor


class TestClosingAWallet:
    def test_it_returns_whole_coins_to_each_card_and_loses_the_rest(self, client, stripe):
        funds.added(client, "40.00")
        granted(client, "5")
        funds.spent(client, "0.0083")

        done = funds.emptied(client)
        funds.given_back(client)

        assert (done.returned, done.lost) == (dollars("64.99"), dollars("5.0017"))
        assert sorted(refund["amount"] for refund in stripe.refunded()) == [2499, 4000]
        assert (funds.balance_of(client), breakage(client)) == (dollars("0"), dollars("5.0017"))
        funds.verified(client)

    def test_it_pays_what_is_owed_first(self, client, stripe):
        funds.spent(client, "33")
        with scope.of_agency(client.agency_id), transaction():
            wallet.granted(session.merge(client), "5")

        done = funds.emptied(client)

        assert (done.returned, done.still_owed) == (dollars("0"), dollars("3"))
        assert stripe.refunded() == []
        funds.verified(client)

    def test_it_frees_what_was_held(self, client):
        with scope.of_agency(client.agency_id), transaction():
            wallet.held(session.merge(client), "10")

        assert funds.emptied(client).returned == dollars("25.00")

    def test_it_moves_on_with_its_cards(self, client, stripe):
        successor = tenants.sub_account(funds.agency_of(client), name="Successor")

        done = funds.emptied(client, successor=successor)
        funds.emptied(successor)
        funds.given_back(successor)

        assert (done.moved, done.returned) == (dollars("25.00"), dollars("0"))
        assert [refund["amount"] for refund in stripe.refunded()] == [2500]
        funds.verified(client)

    def test_what_moved_on_is_disputed_where_it_went(self, client):
        successor = tenants.sub_account(funds.agency_of(client), name="Successor")
        funds.emptied(client, successor=successor)

        funds.disputed(client, "lost")

        assert (funds.balance_of(client), funds.balance_of(successor)) == (dollars("0"), dollars("0"))
        funds.verified(client)

    @pytest.mark.parametrize("currency", ["EUR", None])
    def test_it_moves_to_another_wallet_of_the_same_currency_alone(self, client, currency):
        other = tenants.sub_account(funds.agency_of(client), name="Other", currency=currency) if currency else client

        with pytest.raises(NoSuccessor):
            funds.emptied(client, successor=other)

    def test_what_one_card_turns_back_is_returned_by_doing_it_again(self, client, stripe):
        funds.emptied(client)
        funds.refund_failed(client)
        assert funds.balance_of(client) == dollars("25.00")

        funds.emptied(client)
        funds.given_back(client)

        assert [refund["amount"] for refund in stripe.refunded()] == [2500]
        assert funds.balance_of(client) == dollars("0")
        funds.verified(client)

    def test_several_at_once_return_it_once(self, client, stripe):
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _: apart(client), range(4)))
        funds.given_back(client)

        assert sorted(done) == [dollars("0")] * 3 + [dollars("25.00")]
        assert [refund["amount"] for refund in stripe.refunded()] == [2500]
        funds.verified(client)


def granted(client, amount):
    with scope.of_agency(client.agency_id), transaction():
        wallet.granted(session.merge(client), amount, meters=frozenset({"calls"}))


def breakage(client):
    with scope.of_agency(client.agency_id), transaction():
        return ledger.balance(wallet.account(client, AccountKind.BREAKAGE))


def apart(client):
    """In a thread, which has a session of its own."""
    try:
        return funds.emptied(client).returned
    finally:
        session.remove()
