from datetime import timedelta

import pytest

from agency.foundation import clock, events
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from wallet.charges import jobs
from wallet.charges.events import ChargeDeclined, ChargeNeedsAuthentication, ChargeSettled
from wallet.charges.models import AttemptState
from wallet.charges.rules import DeclineClass
from wallet.merchant_accounts import keys
from wallet.stripe_gateway.orders import Credentials


class TestCollect:
    def test_it_charges_the_card_and_tells_it(self, card, heard, stripe):
        attempt = cards.collected(cards.attempt(card, "25.00"))

        assert attempt.state is AttemptState.SETTLED
        assert [charge["amount"] for charge in stripe.charged()] == [2500]
        assert [type(event) for event in heard] == [ChargeSettled]

    def test_it_sends_the_attempts_id_as_key(self, card, stripe):
        attempt = cards.collected(cards.attempt(card))

        keys = [request["idempotency_key"] for request in stripe.requests("/v1/payment_intents")]
        assert keys == [f"charge-attempt-{attempt.id}"]

    def test_it_does_nothing_for_an_attempt_that_is_over(self, card, heard, stripe):
        done = cards.collected(cards.attempt(card))

        cards.collected(done)

        assert len(stripe.requests("/v1/payment_intents")) == 1
        assert len(heard) == 1

    @pytest.mark.parametrize(
        ("code", "named"),
        [
            ("insufficient_funds", DeclineClass.SOFT),
            ("do_not_honor", DeclineClass.SOFT),
            ("expired_card", DeclineClass.HARD),
            ("stolen_card", DeclineClass.HARD),
        ],
    )
    def test_it_classes_a_decline(self, card, heard, stripe, code, named):
        stripe.post(f"/payment_methods/{card.stripe_id}/decline", decline_code=code)

        attempt = cards.collected(cards.attempt(card))

        assert (attempt.state, attempt.decline_class, attempt.decline_code) == (AttemptState.DECLINED, named, code)
        assert [type(event) for event in heard] == [ChargeDeclined]
        assert stripe.charged() == []

    def test_it_waits_for_the_cardholder_where_the_bank_asks(self, asking_card, heard, stripe):
        attempt = cards.collected(cards.attempt(asking_card))

        assert attempt.state is AttemptState.NEEDS_AUTHENTICATION
        assert [type(event) for event in heard] == [ChargeNeedsAuthentication]
        assert stripe.charged() == []

    def test_it_finds_a_confirmed_charge_by_looking(self, asking_card, heard, stripe):
        waiting = cards.collected(cards.attempt(asking_card))
        stripe.confirm(waiting.stripe_intent, asking_card.stripe_id)
        stripe.authenticate(waiting.stripe_intent)

        attempt = cards.collected(waiting)

        assert attempt.state is AttemptState.SETTLED
        assert [type(event) for event in heard] == [ChargeNeedsAuthentication, ChargeSettled]
        assert len(stripe.charged()) == 1

    def test_it_closes_the_intent_when_the_cardholder_fails(self, asking_card, stripe):
        waiting = cards.collected(cards.attempt(asking_card, off_session=False))
        stripe.authenticate(waiting.stripe_intent, "failed")

        attempt = cards.collected(waiting)

        assert attempt.state is AttemptState.DECLINED
        assert stripe.requests(f"/v1/payment_intents/{waiting.stripe_intent}/cancel")

    def test_a_wrong_key_is_our_fault_and_not_the_cards(self, card, monkeypatch):
        wrong = Credentials(secret_key="nonsense", api_base=keys.settings().stripe_api_base)
        monkeypatch.setattr(keys, "credentials", lambda _merchant: wrong)

        attempt = cards.collected(cards.attempt(card))

        assert (attempt.state, attempt.decline_class) == (AttemptState.DECLINED, DeclineClass.OURS)

    def test_it_refuses_to_call_inside_a_transaction(self, card):
        attempt = cards.attempt(card)

        with (
            scope.of_agency(card.agency_id),
            transaction(),
            pytest.raises(jobs.CalledInsideTransaction),
        ):
            jobs.collect(attempt_id=str(attempt.id))


class TestBudget:
    def test_a_card_is_not_tried_a_thirteenth_time_in_thirty_days(self, card, heard, stripe):
        cards.past_tries(card, 12, tried_at=clock.wall())

        refused = cards.collected(cards.attempt(card))

        assert (refused.state, refused.decline_code) == (AttemptState.DECLINED, "tries_exhausted")
        assert refused.decline_class is DeclineClass.HARD
        assert stripe.requests("/v1/payment_intents") == []
        assert [type(event) for event in heard] == [ChargeDeclined]

    def test_tries_of_before_do_not_count(self, card):
        cards.past_tries(card, 12, tried_at=clock.wall() - timedelta(days=30))

        attempt = cards.collected(cards.attempt(card))

        assert attempt.state is AttemptState.SETTLED

    def test_tries_that_were_paid_do_not_count(self, card):
        cards.past_tries(card, 12, tried_at=clock.wall(), state=AttemptState.SETTLED)

        attempt = cards.collected(cards.attempt(card))

        assert attempt.state is AttemptState.SETTLED

    def test_tries_that_failed_by_our_own_fault_do_not_count(self, card, owner):
        cards.past_tries(card, 12, tried_at=clock.wall())
        owner.execute("UPDATE charge_attempts SET decline_class = 'ours'")

        attempt = cards.collected(cards.attempt(card))

        assert attempt.state is AttemptState.SETTLED

    def test_the_same_number_of_another_sub_account_counts_too(self, agency, card):
        cards.past_tries(cards.card(tenants.sub_account(agency, name="Taller Sur")), 12, tried_at=clock.wall())

        refused = cards.collected(cards.attempt(card))

        assert refused.decline_code == "tries_exhausted"


@pytest.fixture
def heard(monkeypatch):
    """Every event of the door, in order."""
    told = []
    monkeypatch.setattr(events, "publish", told.append)
    return told


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def card(sub_account):
    return cards.card(sub_account)


@pytest.fixture
def asking_card(sub_account):
    return cards.card(sub_account, cards.ASKS_ITS_BANK)
