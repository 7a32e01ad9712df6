from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from agency.foundation import events, ids
from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from tests.factories.tenants import NOON
from wallet.charges.events import ChargeAbandoned, ChargeDeclined, ChargePending, ChargeSettled
from wallet.charges.models import AttemptState, Charge, ChargeAttempt
from wallet.charges.operations import (
    CardNotYours,
    ChargeWish,
    NotWholeCoins,
    StillOpen,
    abandon,
    request_charge,
    try_again,
)
from wallet.payment_methods.operations import detach


class TestRequestCharge:
    @pytest.mark.parametrize("amount", ["0.00", "-5.00", "10.005"])
    def test_it_refuses_what_no_card_can_be_charged(self, card, amount):
        with pytest.raises(NotWholeCoins):
            cards.attempt(card, amount)

    def test_it_refuses_a_card_of_another_payer(self, agency, card):
        strangers = cards.card(tenants.sub_account(agency, name="Taller Sur"))

        with pytest.raises(CardNotYours), scope.of_agency(agency.id), transaction():
            request_charge(_wish(strangers), payer_id=card.payer_id, now=NOON)

    def test_it_refuses_a_removed_card(self, card):
        removed = _removed(card)

        with pytest.raises(CardNotYours):
            cards.attempt(removed)

    def test_one_source_is_charged_for_once(self, card):
        source_id = ids.new_id()
        cards.attempt(card, source_id=source_id)

        with pytest.raises(IntegrityError):
            cards.attempt(card, source_id=source_id)

    def test_the_database_refuses_a_second_open_attempt(self, card):
        first = cards.attempt(card)

        with pytest.raises(IntegrityError), scope.of_agency(card.agency_id), transaction():
            session.add(_copy(first))


class TestTryAgain:
    def test_it_tries_another_card_for_the_same_charge(self, sub_account, card, stripe):
        stripe.post(f"/payment_methods/{card.stripe_id}/decline", decline_code="expired_card")
        declined = cards.collected(cards.attempt(card))
        other = cards.card(sub_account, "pm_card_mastercard")

        with scope.of_agency(card.agency_id), transaction():
            again = try_again(_charge(declined), other, now=NOON)

        assert cards.collected(again).state is AttemptState.SETTLED
        assert again.number == 2
        assert len(stripe.charged()) == 1

    def test_it_waits_for_the_attempt_before(self, card, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))

        with pytest.raises(StillOpen), scope.of_agency(card.agency_id), transaction():
            try_again(_charge(lost), card, now=NOON)


class TestAbandon:
    def test_what_was_never_sent_is_over_at_once(self, card, heard, stripe):
        attempt = cards.attempt(card)

        assert _abandoned(attempt) is True

        assert cards.collected(attempt).state is AttemptState.ABANDONED
        assert [type(event) for event in heard] == [ChargeAbandoned]
        assert stripe.charged() == []

    def test_what_waits_for_the_cardholder_is_closed_at_the_processor(self, sub_account, heard, stripe):
        waiting = cards.collected(cards.attempt(cards.card(sub_account, cards.ASKS_ITS_BANK)))

        assert _abandoned(waiting) is False

        assert cards.collected(waiting).state is AttemptState.ABANDONED
        assert isinstance(heard[-1], ChargeAbandoned)
        assert stripe.requests(f"/v1/payment_intents/{waiting.stripe_intent}/cancel")

    def test_what_was_charged_all_the_same_is_told_as_settled(self, card, heard, stripe):
        stripe.fail("cut", when="after")
        lost = cards.collected(cards.attempt(card))

        _abandoned(lost)

        assert cards.collected(lost).state is AttemptState.SETTLED
        assert [type(event) for event in heard] == [ChargePending, ChargeSettled]

    def test_what_never_arrived_is_not_sent_for_it(self, card, stripe):
        stripe.fail("cut", when="before")
        lost = cards.collected(cards.attempt(card))
        _abandoned(lost)

        early = cards.collected(lost)
        with scope.of_agency(card.agency_id), transaction():
            session.get_one(ChargeAttempt, (lost.agency_id, lost.id)).sent_at -= timedelta(hours=1)
        late = cards.collected(lost)

        assert (early.state, late.state) == (AttemptState.UNKNOWN, AttemptState.ABANDONED)
        assert stripe.charged() == []

    def test_a_settled_charge_stays_settled(self, card):
        settled = cards.collected(cards.attempt(card))

        assert _abandoned(settled) is False

    def test_a_card_removed_before_the_try_ends_it_as_hard(self, card, heard, stripe):
        attempt = cards.attempt(card)
        _removed(card)

        ended = cards.collected(attempt)

        assert (ended.decline_code, ended.decline_class) == ("card_removed", "hard")
        assert isinstance(heard[-1], ChargeDeclined)
        assert stripe.charged() == []


def _wish(card):
    return ChargeWish(
        source_type="test", source_id=ids.new_id(), card=card, amount=Money.of("5.00", "USD"), description="Add funds"
    )


def _charge(attempt):
    return session.get_one(Charge, (attempt.agency_id, attempt.charge_id))


def _abandoned(attempt):
    with scope.of_agency(attempt.agency_id), transaction():
        return abandon(_charge(attempt), now=NOON)


def _removed(card):
    with scope.of_agency(card.agency_id), transaction():
        on_file = session.merge(card)
        detach(on_file, confirmed=True, by=PLATFORM, now=NOON)
    return on_file


def _copy(attempt):
    return ChargeAttempt(
        sub_account_id=attempt.sub_account_id,
        charge_id=attempt.charge_id,
        number=2,
        payment_method_id=attempt.payment_method_id,
        fingerprint=attempt.fingerprint,
        off_session=True,
        look_at=NOON,
        created_at=NOON,
    )


@pytest.fixture
def heard(monkeypatch, agency):
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
