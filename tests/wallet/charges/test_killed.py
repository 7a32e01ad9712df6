"""kill -9 between any two lines: the card is charged once, its money is given back once, nothing stays stuck."""

import signal
from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from tests.wallet.charges.dying import STEPS, killed_at
from wallet.charges import jobs
from wallet.charges.models import AttemptState, ChargeAttempt, Refund, RefundState

pytestmark = pytest.mark.slow
at_every_step = pytest.mark.parametrize("step", STEPS)


@at_every_step
def test_a_killed_collector_leaves_one_charge(card, settings, stripe, step):
    attempt = cards.attempt(card)

    ended = killed_at(step, settings, card.agency_id, "collect", attempt_id=str(attempt.id))
    _a_minute_later(ChargeAttempt, attempt)

    assert ended == -signal.SIGKILL
    assert cards.collected(attempt).state is AttemptState.SETTLED
    assert len(stripe.charged()) == 1


@at_every_step
def test_a_killed_refund_is_given_once(card, settings, stripe, step):
    refund = cards.refund(cards.settled_charge(card), "10.00")

    ended = killed_at(step, settings, card.agency_id, "give_back", refund_id=str(refund.id))
    _a_minute_later(Refund, refund)

    assert ended == -signal.SIGKILL
    assert cards.given_back(refund).state is RefundState.SETTLED
    assert len(stripe.refunded()) == 1


@pytest.mark.parametrize("step", ["claimed", "called", "settling"])
def test_the_sweep_finds_what_a_killed_collector_left(card, settings, owner, step):
    attempt = cards.attempt(card)
    killed_at(step, settings, card.agency_id, "collect", attempt_id=str(attempt.id))
    owner.execute("DELETE FROM jobs")

    jobs.sweep(clock.wall() + timedelta(minutes=1))

    assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%collect'").fetchone() == (1,)


def test_a_set_killed_midway_charges_nobody_twice(card, settings, stripe, owner):
    attempts = [cards.attempt(card) for _ in range(jobs.CALLS_AT_ONCE + 3)]
    attempt_ids = [str(attempt.id) for attempt in attempts]

    ended = killed_at("midway", settings, card.agency_id, "collect_set", attempt_ids=attempt_ids)
    left = _swept(owner)
    with scope.of_agency(card.agency_id):
        jobs.collect_set(attempt_ids=left)

    assert ended == -signal.SIGKILL
    assert 0 < len(left) < len(attempts)
    assert owner.execute("SELECT DISTINCT state FROM charge_attempts").fetchall() == [("settled",)]
    assert len(stripe.charged()) == len(attempts)


def _swept(owner):
    """What the sweep asks for once the dead one's leases have ended."""
    owner.execute("DELETE FROM jobs")
    owner.execute("UPDATE charge_attempts SET lease_until = NULL")
    jobs.sweep(clock.wall() + timedelta(minutes=1))
    [(arguments,)] = owner.execute("SELECT arguments FROM jobs WHERE name LIKE '%collect_set'").fetchall()
    return arguments["attempt_ids"]


def _a_minute_later(kind, row):
    """The lease of the dead has ended."""
    with scope.of_agency(row.agency_id), transaction():
        found = session.get_one(kind, (row.agency_id, row.id), populate_existing=True)
        found.lease_until = None


@pytest.fixture
def card(app, stripe):
    return cards.card(tenants.sub_account(tenants.agency()))
