"""kill -9 between any two lines of a recharge, and answers that never came: one charge on the card, one credit."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import funds
from tests.wallet.charges.dying import STEPS, killed_at

pytestmark = pytest.mark.slow


class TestAKilledWorker:
    @pytest.mark.parametrize("step", STEPS)
    def test_it_leaves_one_charge_and_one_credit(self, client, settings, stripe, owner, step):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "20.00")
        [attempt_id] = funds.open_attempts(client)

        ended = killed_at(step, settings, client.agency_id, "collect", attempt_id=str(attempt_id))
        funds.leases_ended(owner)
        funds.collected(client)

        assert ended == -signal.SIGKILL
        assert funds.recharges(client)[0].state == "settled"
        assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]
        assert funds.credited(owner) == [25_000_000, 25_000_000]
        funds.verified(client)


class TestALostAnswer:
    def test_two_workers_charge_once_and_credit_once(self, client, app, stripe, owner):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "20.00")
        stripe.fail("cut", when="after")

        def work(_number):
            with app.app_context():
                funds.collected(client)

        for _look in ("the answer is lost", "it is asked for again"):
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(work, range(2)))

        assert funds.recharges(client)[0].state == "settled"
        assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]
        assert funds.credited(owner) == [25_000_000, 25_000_000]
        funds.verified(client)

    def test_nothing_new_is_tried_while_it_is_not_known(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "20.00")
        stripe.fail("cut", when="after")
        funds.collected(client)

        funds.spent(client, "1.00")

        assert funds.reasons(client)[-1] == "open_recharge"
        assert len(funds.recharges(client)) == 1
