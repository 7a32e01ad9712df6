"""What happens when the processor's answer does not come: one charge, whoever asks again and however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from wallet.charges import jobs
from wallet.charges.claims import claim_charge
from wallet.charges.models import AttemptState, ChargeAttempt
from wallet.charges.queries import attempt as attempt_of
from wallet.charges.settlements import settle_charge
from wallet.stripe_gateway import charging
from wallet.stripe_gateway.client import KEY_LIVES, connections


class TestUnknown:
    def test_an_answer_lost_after_the_work_is_found_and_charged_once(self, card, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))

        found = cards.collected(lost)

        assert (lost.state, found.state) == (AttemptState.UNKNOWN, AttemptState.SETTLED)
        assert len(stripe.charged()) == 1

    def test_a_call_that_never_arrived_is_made_good_by_asking(self, card, stripe):
        stripe.fail("cut", when="before")
        lost = cards.collected(cards.attempt(card))

        found = cards.collected(lost)

        assert (lost.state, found.state) == (AttemptState.UNKNOWN, AttemptState.SETTLED)
        assert len(stripe.charged()) == 1

    @pytest.mark.parametrize("kind", ["error", "rate_limit"])
    def test_a_processor_in_trouble_is_asked_again(self, card, stripe, kind):
        stripe.fail(kind)
        lost = cards.collected(cards.attempt(card))

        found = cards.collected(lost)

        assert (lost.state, found.state) == (AttemptState.UNKNOWN, AttemptState.SETTLED)
        assert len(stripe.charged()) == 1

    def test_a_failure_that_lasts_under_the_key_is_looked_up_and_found(self, card, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))
        stripe.fail("error", times=9)

        found = cards.collected(lost)

        assert found.state is AttemptState.SETTLED
        assert len(stripe.charged()) == 1

    def test_a_lasting_failure_without_an_intent_ends_as_ours_after_a_while(self, card, stripe):
        stripe.fail("error", saved=True)
        lost = cards.collected(cards.attempt(card))
        early = cards.collected(lost)

        late = _collected_after(lost, timedelta(hours=1))

        assert (early.state, late.state, late.decline_code) == (
            AttemptState.UNKNOWN,
            AttemptState.DECLINED,
            "not_found",
        )
        assert stripe.charged() == []

    def test_after_the_keys_life_it_is_found_by_metadata_without_sending_anew(self, card, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))

        found = _collected_after(lost, KEY_LIVES)

        assert found.state is AttemptState.SETTLED
        assert len(stripe.requests("/v1/payment_intents")) == 1

    def test_after_the_keys_life_what_never_arrived_is_not_sent(self, card, stripe):
        stripe.fail("cut", when="before")
        lost = cards.collected(cards.attempt(card))

        ended = _collected_after(lost, KEY_LIVES)

        assert (ended.state, ended.decline_code) == (AttemptState.DECLINED, "not_found")
        assert stripe.charged() == []

    def test_a_card_renewed_meanwhile_does_not_change_the_words_sent_with_the_key(self, card, sub_account, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))
        renewed = cards.card(sub_account)

        found = cards.collected(lost)

        assert renewed.id == card.id
        assert renewed.stripe_id != card.stripe_id
        assert found.state is AttemptState.SETTLED
        assert len(stripe.charged()) == 1


class TestTwoWorkers:
    def test_only_one_of_them_gets_an_attempt(self, card, app):
        attempt = cards.attempt(card)

        claims = [_claimed(attempt), _claimed(attempt)]

        assert claims[0] is not None
        assert claims[1] is None

    def test_a_claim_left_behind_is_taken_over_when_its_lease_ends(self, card, stripe):
        attempt = cards.attempt(card)
        abandoned = _claimed(attempt)
        charging.charge(abandoned.order)

        found = _collected_after(attempt, timedelta(minutes=1))

        assert found.state is AttemptState.SETTLED
        assert len(stripe.charged()) == 1

    def test_both_settling_tell_it_once(self, card, stripe):
        attempt = cards.attempt(card)
        outcome = charging.charge(_claimed(attempt).order)

        for _each in range(2):
            with scope.of_agency(card.agency_id), transaction():
                settle_charge(attempt.id, outcome, now=clock.now(), wall=clock.wall())

        assert _state(attempt) is AttemptState.SETTLED

    def test_eight_at_once_charge_once(self, app, card, stripe):
        attempt = cards.attempt(card)

        def work(_number):
            with app.app_context(), scope.of_agency(card.agency_id):
                jobs.collect(attempt_id=str(attempt.id))
                session.remove()
                connections.close()

        with ThreadPoolExecutor(8) as workers:
            list(workers.map(work, range(8)))

        assert _state(attempt) is AttemptState.SETTLED
        assert len(stripe.charged()) == 1


class TestSweep:
    def test_it_sends_again_what_was_left(self, card, owner):
        attempt = cards.attempt(card)
        owner.execute("DELETE FROM jobs")

        jobs.sweep(clock.wall() + timedelta(minutes=1))

        row = owner.execute("SELECT arguments FROM jobs WHERE name LIKE '%collect'").fetchone()
        assert row == ({"attempt_id": str(attempt.id)},)

    def test_a_second_sweep_waits_for_the_first_ones_job(self, card, owner):
        cards.attempt(card)
        owner.execute("DELETE FROM jobs")

        for _each in range(2):
            jobs.sweep(clock.wall() + timedelta(minutes=1))

        assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%collect'").fetchone() == (1,)

    def test_it_leaves_alone_what_is_over(self, card, owner):
        cards.collected(cards.attempt(card))
        owner.execute("DELETE FROM jobs")

        jobs.sweep(clock.wall() + timedelta(days=1))

        assert owner.execute("SELECT count(*) FROM jobs").fetchone() == (0,)


def _claimed(attempt):
    with scope.of_agency(attempt.agency_id), transaction():
        return claim_charge(attempt.id, now=clock.now(), wall=clock.wall())


def _collected_after(attempt, wait):
    """As if the time had passed since the attempt was sent."""
    with scope.of_agency(attempt.agency_id), transaction():
        row = session.get_one(ChargeAttempt, (attempt.agency_id, attempt.id), populate_existing=True)
        row.sent_at -= wait
        row.lease_until = None
    return cards.collected(attempt)


def _state(attempt):
    with scope.of_agency(attempt.agency_id), transaction():
        return attempt_of(attempt.id).state


@pytest.fixture
def sub_account(app, stripe):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def card(sub_account):
    return cards.card(sub_account)
