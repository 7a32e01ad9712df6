import pytest

from agency.foundation import events
from tests.factories import cards, tenants
from wallet.charges.events import RefundFailed, RefundSettled
from wallet.charges.models import RefundState
from wallet.charges.operations import NotWholeCoins, RefundTooLarge


class TestGiveBack:
    def test_it_gives_a_part_back_and_tells_it(self, charge, heard, stripe):
        refund = cards.given_back(cards.refund(charge, "10.00"))

        assert refund.state is RefundState.SETTLED
        assert [type(event) for event in heard] == [RefundSettled]
        assert [given["amount"] for given in stripe.refunded()] == [1000]

    def test_an_answer_lost_after_the_work_is_found_and_given_once(self, charge, heard, stripe):
        stripe.fail("cut", path="/v1/refunds", when="after")
        lost = cards.given_back(cards.refund(charge, "10.00"))

        found = cards.given_back(lost)

        assert (lost.state, found.state) == (RefundState.UNKNOWN, RefundState.SETTLED)
        assert len(stripe.refunded()) == 1
        assert [type(event) for event in heard] == [RefundSettled]

    def test_a_refund_that_the_processor_refuses_is_told_as_failed(self, charge, heard, stripe):
        stripe.give_back(charge.stripe_intent)

        refund = cards.given_back(cards.refund(charge, "10.00"))

        assert refund.state is RefundState.FAILED
        assert [type(event) for event in heard] == [RefundFailed]

    def test_a_slow_refund_is_looked_at_until_it_arrives(self, sub_account, heard, stripe):
        charge = cards.settled_charge(cards.card(sub_account, "pm_card_pendingRefund"))
        heard.clear()
        pending = cards.given_back(cards.refund(charge, "10.00"))
        stripe.post(f"/refunds/{pending.stripe_refund}/settlement", outcome="succeeded")

        refund = cards.given_back(pending)

        assert (pending.state, refund.state) == (RefundState.PENDING, RefundState.SETTLED)
        assert [type(event) for event in heard] == [RefundSettled]


class TestRequestRefund:
    def test_it_refuses_more_than_is_left(self, charge):
        cards.given_back(cards.refund(charge, "20.00"))

        with pytest.raises(RefundTooLarge):
            cards.refund(charge, "5.01")

    def test_it_counts_what_is_still_under_way(self, charge):
        cards.refund(charge, "20.00")

        with pytest.raises(RefundTooLarge):
            cards.refund(charge, "5.01")

    @pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.005"])
    def test_it_refuses_what_is_no_whole_coin(self, charge, amount):
        with pytest.raises(NotWholeCoins):
            cards.refund(charge, amount)


@pytest.fixture
def heard(monkeypatch, charge):
    told = []
    monkeypatch.setattr(events, "publish", told.append)
    return told


@pytest.fixture
def sub_account(app, stripe):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def charge(sub_account):
    return cards.settled_charge(cards.card(sub_account))
