from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.wallet.recharge.rules.recharge_rules import BOUNDS, fixed, usd
from wallet.recharge.rules.decision import Decision, Reason, Situation, decide

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
LOW = Situation(balance=usd("10"), charged_this_month=usd("0"))


class TestDecide:
    def test_it_fires_at_the_threshold(self):
        assert decide(fixed(), LOW, BOUNDS, now=NOON) == Decision(reason=Reason.FIRED, amount=usd("25"))

    @pytest.mark.parametrize(
        ("difference", "reason"),
        [
            ({"balance": usd("10.000001")}, Reason.ABOVE_THRESHOLD),
            ({"is_paused": True}, Reason.PAUSED),
            ({"has_open_recharge": True}, Reason.OPEN_RECHARGE),
            ({"has_card": False}, Reason.NO_CARD),
            ({"last_success_at": NOON - timedelta(minutes=9, seconds=59)}, Reason.COOLING_DOWN),
            ({"charged_this_month": usd("240")}, Reason.CAP_REACHED),
            ({"is_paused": True, "balance": usd("11")}, Reason.ABOVE_THRESHOLD),
            ({"has_open_recharge": True, "charged_this_month": usd("240")}, Reason.OPEN_RECHARGE),
        ],
    )
    def test_it_says_what_held_it_back(self, difference, reason):
        assert decide(fixed(), replace(LOW, **difference), BOUNDS, now=NOON) == Decision(reason=reason)

    def test_it_fires_again_once_cooled_down(self):
        cooled = replace(LOW, last_success_at=NOON - timedelta(minutes=10))

        assert decide(fixed(), cooled, BOUNDS, now=NOON).reason is Reason.FIRED
