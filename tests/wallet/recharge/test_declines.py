from datetime import timedelta

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, funds
from tests.factories.tenants import NOON
from wallet.credits.queries import wallet_of
from wallet.recharge.operations.pauses import NotPaused, lift_by_staff

HOUR = timedelta(hours=1)


class TestADeclinedRecharge:
    def test_it_is_tried_again_after_one_two_and_four_hours_and_then_paused(self, client, declining):
        declining("insufficient_funds")
        funds.spent(client, "20.00")
        funds.collected(client)
        tries = [funds.recharges(client)[0].next_try_at]

        while tries[-1] is not None:
            funds.tried_again(client, now=tries[-1])
            tries.append(funds.recharges(client)[0].next_try_at)

        assert tries[:3] == [NOON + HOUR, NOON + 3 * HOUR, NOON + 7 * HOUR]
        assert funds.recharges(client)[0].state == "declined"
        assert funds.pause(client).reason == "declined"

    def test_a_hard_refusal_pauses_at_once(self, client, declining, owner):
        declining("stolen_card")

        funds.spent(client, "20.00")
        funds.collected(client)

        assert funds.pause(client).reason == "refused"
        assert funds.mails(owner) == ["recharge_paused"]

    def test_the_first_decline_is_told_once(self, client, declining, owner):
        declining("insufficient_funds")
        funds.spent(client, "20.00")
        funds.collected(client)

        funds.tried_again(client, now=NOON + HOUR)

        assert funds.mails(owner) == ["recharge_declined"]

    def test_the_next_named_card_is_charged_at_once(self, client, declining, stripe):
        second = cards.card(client, "pm_card_mastercard")
        funds.rule(client, "25.00", threshold="10.00", cards=(declining.card.id, second.id))
        declining("insufficient_funds")

        funds.spent(client, "20.00")
        funds.collected(client)
        funds.collected(client)

        assert funds.recharges(client)[0].state == "settled"
        assert funds.balance_of(client) == funds.dollars("30.00")

    def test_a_card_that_nobody_named_is_never_charged(self, client, declining):
        cards.card(client, "pm_card_mastercard")
        declining("stolen_card")

        funds.spent(client, "20.00")
        funds.collected(client)
        funds.collected(client)

        assert funds.recharges(client)[0].state == "declined"

    def test_a_fault_of_ours_is_no_decline(self, client, stripe, owner, monkeypatch):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "20.00")
        with funds.wrong_key(monkeypatch):
            funds.collected(client)

        recharge = funds.recharges(client)[0]
        assert (recharge.state, recharge.next_try_at) == ("retrying", NOON + timedelta(minutes=5))
        assert funds.mails(owner) == []
        funds.tried_again(client, now=recharge.next_try_at)
        assert funds.recharges(client)[0].state == "settled"

    def test_funds_added_by_hand_end_the_retries(self, client, declining, stripe):
        declining("insufficient_funds", times=1)
        funds.spent(client, "20.00")
        funds.collected(client)
        funds.added(client, "50.00")

        funds.tried_again(client, now=NOON + HOUR)

        assert funds.recharges(client)[0].state == "abandoned"
        assert len(stripe.charged()) == 2


class TestAPause:
    def test_a_charge_that_succeeds_lifts_it(self, client, declining):
        declining("stolen_card", times=1)
        funds.spent(client, "20.00")
        funds.collected(client)

        funds.added(client, "50.00")

        assert funds.pause(client) is None

    def test_the_same_number_again_does_not_lift_it(self, client, declining):
        declining("stolen_card")
        funds.spent(client, "20.00")
        funds.collected(client)

        cards.card(client)

        assert funds.pause(client) is not None

    def test_another_number_lifts_it_and_is_charged(self, client, declining):
        declining("stolen_card")
        funds.spent(client, "20.00")
        funds.collected(client)

        cards.card(client, "pm_card_mastercard")
        funds.collected(client)

        assert funds.pause(client) is None
        assert funds.recharges(client)[0].state == "settled"

    def test_staff_lift_it_with_a_reason(self, client, declining):
        declining("stolen_card", times=1)
        funds.spent(client, "20.00")
        funds.collected(client)

        with scope.of_agency(client.agency_id), transaction():
            lifted = lift_by_staff(wallet_of(client), "The bank called.", by=OPERATOR, now=NOON)

        assert (lifted.lifted_by, lifted.lift_reason) == ("staff", "The bank called.")
        assert funds.recharges(client)[0].state == "requested"

    def test_what_is_not_paused_cannot_be_lifted(self, client):
        with pytest.raises(NotPaused), scope.of_agency(client.agency_id), transaction():
            lift_by_staff(wallet_of(client), "Why not.", by=OPERATOR, now=NOON)

    def test_saving_the_rule_again_does_not_lift_it(self, client, declining):
        declining("stolen_card")
        funds.spent(client, "20.00")
        funds.collected(client)

        funds.rule(client, "50.00", threshold="10.00")

        assert funds.pause(client) is not None
        assert len(funds.recharges(client)) == 1


@pytest.fixture
def declining(client, stripe):
    """Arms the wallet, and answers what makes its card decline from now on."""
    funds.rule(client, "25.00", threshold="10.00")

    def decline(code, times=99):
        stripe.post(f"/payment_methods/{decline.card.stripe_id}/decline", decline_code=code, times=times)

    decline.card = funds.cards_of(client)[0]
    return decline
