"""kill -9 between any two lines of a top-up and of its refund: charged once, credited once, given back once."""

import signal

import pytest

from tests.factories import funds
from tests.wallet.charges.dying import STEPS, killed_at

pytestmark = pytest.mark.slow
at_every_step = pytest.mark.parametrize("step", STEPS)


@at_every_step
def test_a_killed_top_up_is_charged_and_credited_once(client, settings, stripe, owner, step):
    funds.requested(client, "40.00")
    [attempt_id] = funds.open_attempts(client)

    ended = killed_at(step, settings, client.agency_id, "collect", attempt_id=str(attempt_id))
    funds.leases_ended(owner)
    funds.collected(client)

    assert ended == -signal.SIGKILL
    assert sorted(charge["amount"] for charge in stripe.charged()) == [2500, 4000]
    assert funds.credited(owner) == [25_000_000, 40_000_000]
    funds.verified(client)


@at_every_step
def test_a_killed_refund_is_given_back_once(client, settings, stripe, owner, step):
    funds.refund_requested(client, "10.00")
    [refund_id] = funds.open_refunds(client)

    ended = killed_at(step, settings, client.agency_id, "give_back", refund_id=str(refund_id))
    funds.leases_ended(owner)
    funds.given_back(client)

    assert ended == -signal.SIGKILL
    assert [refund["amount"] for refund in stripe.refunded()] == [1000]
    assert funds.parts(client)[0].state == "settled"
    assert funds.balance_of(client) == funds.dollars("15.00")
    funds.verified(client)
