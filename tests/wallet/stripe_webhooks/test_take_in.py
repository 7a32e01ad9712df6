"""What webhooks do: it does not matter how often or in which order they come."""

import pytest

from agency.foundation import events
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from tests.wallet.stripe_webhooks.inbox import Inbox, event, merchant_of
from wallet.charges.events import (
    ChargeSettled,
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    RefundFailed,
    RefundSettled,
)
from wallet.charges.models import AttemptState, RefundState
from wallet.charges.queries import attempt as attempt_of
from wallet.charges.queries import refunds
from wallet.stripe_webhooks.handlers import AttemptBusy


class TestCharges:
    def test_a_confirmed_charge_settles(self, inbox, waiting, heard, stripe):
        stripe.confirm(waiting.stripe_intent, _token(waiting))
        stripe.authenticate(waiting.stripe_intent)

        inbox.deliver(event("payment_intent.succeeded", _intent(waiting)))

        assert _state(waiting) is AttemptState.SETTLED
        assert [type(event) for event in heard] == [ChargeSettled]

    def test_copies_in_any_order_settle_it_once(self, inbox, waiting, heard, stripe):
        stripe.confirm(waiting.stripe_intent, _token(waiting))
        stripe.authenticate(waiting.stripe_intent)
        kinds = ["succeeded", "payment_failed", "succeeded", "processing"]

        for kind in kinds:
            inbox.deliver(event(f"payment_intent.{kind}", _intent(waiting)))

        assert _state(waiting) is AttemptState.SETTLED
        assert [type(event) for event in heard] == [ChargeSettled]

    def test_one_that_somebody_asks_about_is_looked_at_after_them(self, inbox, waiting, owner, stripe):
        stripe.confirm(waiting.stripe_intent, _token(waiting))
        stripe.authenticate(waiting.stripe_intent)
        owner.execute("UPDATE charge_attempts SET lease_until = now() + interval '1 minute'")

        with pytest.raises(AttemptBusy):
            inbox.deliver(event("payment_intent.succeeded", _intent(waiting)))

        assert [(row.state, row.failure) for row in inbox.rows()] == [("waiting", None)]
        assert _state(waiting) is AttemptState.NEEDS_AUTHENTICATION

    def test_a_lie_in_a_true_envelope_changes_nothing(self, inbox, waiting, heard):
        inbox.deliver(event("payment_intent.succeeded", _intent(waiting) | {"status": "succeeded"}))

        assert _state(waiting) is AttemptState.NEEDS_AUTHENTICATION
        assert heard == []

    def test_a_payment_of_somebody_elses_is_ignored(self, inbox):
        inbox.deliver(event("payment_intent.succeeded", {"id": "pi_1", "metadata": {}}))

        assert [row.state for row in inbox.rows()] == ["ignored"]

    def test_another_agencys_attempt_is_not_touched(self, inbox, waiting, stripe):
        stripe.confirm(waiting.stripe_intent, _token(waiting))
        stripe.authenticate(waiting.stripe_intent)
        strangers = Inbox(inbox.client, merchant_of(tenants.agency(name="Otra Agencia")))

        strangers.deliver(event("payment_intent.succeeded", _intent(waiting)))

        assert _state(waiting) is AttemptState.NEEDS_AUTHENTICATION
        assert [row.state for row in strangers.rows()] == ["ignored"]


class TestCards:
    def test_a_card_whose_answer_was_lost_is_put_on_file(self, inbox, sub_account, owner):
        intent = _unanswered(owner, cards.card(sub_account))

        inbox.deliver(event("setup_intent.succeeded", intent))

        on_file = owner.execute("SELECT last4 FROM payment_methods WHERE sub_account_id = %s", [sub_account.id])
        assert on_file.fetchall() == [("4242",)]


class TestRefundsAndDisputes:
    def test_a_refund_given_at_the_processor_is_noted_once(self, inbox, charge, heard, stripe):
        stripe.give_back(charge.stripe_intent)
        made = stripe.refunded()[0]

        for kind in ("refund.created", "refund.updated"):
            inbox.deliver(event(kind, made))

        assert [type(event) for event in heard] == [RefundSettled]
        assert heard[0].refund.amount == charge.amount

    def test_a_refund_of_a_charge_whose_answer_was_lost_is_noted_once_the_charge_is(self, inbox, sub_account, stripe):
        stripe.fail("cut", when="after")
        unanswered = cards.collected(cards.attempt(cards.card(sub_account)))
        stripe.give_back(stripe.charged()[0]["payment_intent"])
        told = event("refund.created", stripe.refunded()[0])

        with pytest.raises(AttemptBusy):
            inbox.deliver(told)
        cards.collected(unanswered)
        inbox.deliver(told)

        with scope.of_agency(unanswered.agency_id), transaction():
            assert [refund.state for refund in refunds(unanswered.charge_id)] == [RefundState.SETTLED]

    def test_a_refund_of_somebody_elses_payment_waits_for_none_that_was_sent_later(self, inbox, sub_account, stripe):
        stripe.fail("cut", when="after")
        cards.collected(cards.attempt(cards.card(sub_account)))

        inbox.deliver(event("refund.created", {"id": "re_1", "payment_intent": "pi_1", "created": 1_000_000_000}))

        assert [row.state for row in inbox.rows()] == ["ignored"]

    def test_a_refund_that_comes_back_is_told_as_failed(self, inbox, sub_account, heard, stripe):
        charge = cards.settled_charge(cards.card(sub_account, "pm_card_refundFail"))
        refund = cards.given_back(cards.refund(charge, "10.00"))
        heard.clear()
        stripe.post(f"/refunds/{refund.stripe_refund}/settlement", outcome="failed")

        inbox.deliver(event("refund.failed", stripe.refunded()[0]))

        assert [type(event) for event in heard] == [RefundFailed]
        assert heard[0].refund.state is RefundState.FAILED

    @pytest.mark.parametrize(("status", "end"), [("lost", DisputeLost), ("won", DisputeWon)])
    def test_a_dispute_is_told_step_by_step_and_once(self, inbox, charge, heard, status, end):
        opened, closed = _dispute(charge, "needs_response"), _dispute(charge, status)

        for told in (opened, opened, closed, closed, opened):
            inbox.deliver(event("charge.dispute.created", told))

        assert [type(event) for event in heard] == [DisputeOpened, end]

    def test_the_end_of_a_dispute_may_come_before_its_beginning(self, inbox, charge, heard):
        inbox.deliver(event("charge.dispute.closed", _dispute(charge, "lost")))
        inbox.deliver(event("charge.dispute.created", _dispute(charge, "needs_response")))

        assert [type(event) for event in heard] == [DisputeOpened, DisputeLost]

    def test_a_banks_mere_question_takes_nothing(self, inbox, charge, heard):
        inbox.deliver(event("charge.dispute.created", _dispute(charge, "warning_needs_response")))

        assert heard == []


def _intent(attempt):
    return {"id": attempt.stripe_intent, "metadata": {"charge_attempt": str(attempt.id)}}


def _unanswered(owner, card):
    """The setup of a card, as if whoever began it had died before the processor's answer was noted."""
    setup_id, intent = owner.execute(
        "SELECT id, stripe_intent FROM card_setups WHERE payment_method_id = %s", [card.id]
    ).fetchone()
    forgotten = "UPDATE card_setups SET state = 'open', stripe_intent = NULL, payment_method_id = NULL WHERE id = %s"
    owner.execute(forgotten, [setup_id])
    owner.execute("DELETE FROM payment_methods WHERE id = %s", [card.id])
    session.expunge_all()
    return {"id": intent, "metadata": {"card_setup": str(setup_id)}}


def _dispute(charge, status):
    return {
        "id": "dp_1",
        "payment_intent": charge.stripe_intent,
        "amount": charge.amount.minor_units,
        "created": 1_800_000_000,
        "currency": "usd",
        "reason": "fraudulent",
        "status": status,
    }


def _token(attempt):
    return attempt.stripe_card


def _state(attempt):
    with scope.of_agency(attempt.agency_id), transaction():
        return attempt_of(attempt.id).state


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def waiting(sub_account):
    return cards.collected(cards.attempt(cards.card(sub_account, cards.ASKS_ITS_BANK)))


@pytest.fixture
def charge(sub_account):
    return cards.settled_charge(cards.card(sub_account))


@pytest.fixture
def heard(request, inbox, monkeypatch):
    """What is told from now on, when the rows of the test are there."""
    for name in ("waiting", "charge"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    told = []
    monkeypatch.setattr(events, "publish", told.append)
    return told
