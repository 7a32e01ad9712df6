from datetime import timedelta

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from tests.factories.due import next_due
from tests.factories.tenants import NOON
from tests.factories.wallet import balance, dollars, granted, held, left, spent, standing, topped_up
from wallet.credits.checks import compare
from wallet.credits.events import BalanceFell
from wallet.credits.jobs import HOLDS
from wallet.credits.models.holds import HoldState
from wallet.credits.operations import expiry
from wallet.credits.operations.caps import set_overdraft
from wallet.credits.operations.guard import InsufficientFunds
from wallet.credits.operations.hold_ends import capture, expire_due, release
from wallet.credits.operations.holds import CaptureAboveHold, HoldEnded
from wallet.ledger.checks import verify

LATER = NOON + timedelta(hours=1)


@pytest.mark.usefixtures("of_agency")
class TestHold:
    def test_it_lowers_what_is_available_and_no_balance(self, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            held(sub_account, "6")

            assert (balance(sub_account), standing(sub_account).available(now=NOON)) == ("10.00 USD", dollars("4"))

    def test_it_is_refused_beyond_what_is_available(self, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            held(sub_account, "6")

        with pytest.raises(InsufficientFunds), transaction():
            held(sub_account, "4.000001")

    def test_it_may_reach_into_the_overdraft(self, sub_account):
        with transaction():
            set_overdraft(sub_account, dollars("5"), by=OPERATOR, now=NOON)
            held(sub_account, "5")

            assert standing(sub_account).available(now=NOON) == dollars("-5")

    def test_it_ends_in_the_future(self, sub_account):
        with pytest.raises(InvalidInput), transaction():
            held(sub_account, "1", expires_at=NOON)

    def test_it_tells_that_less_is_available(self, sub_account, heard):
        with transaction():
            topped_up(sub_account, "10")
            held(sub_account, "6")

        assert [str(event.falls[0].after) for event in heard if isinstance(event, BalanceFell)] == ["4.00 USD"]


@pytest.mark.usefixtures("of_agency")
class TestCapture:
    def test_it_spends_its_part_and_frees_the_rest(self, sub_account, hold):
        with transaction():
            row = capture(hold, dollars("4"), now=NOON)

            assert (row.amount, hold.state, hold.captured_money) == (dollars("-4"), HoldState.CAPTURED, dollars("4"))
            assert standing(sub_account).available(now=NOON) == dollars("8")

    def test_it_burns_the_lots_that_were_held_in_their_order(self, sub_account, hold):
        with transaction():
            granted(sub_account, "50", description="newer", priority=-1)
            capture(hold, dollars("4"), now=NOON)

            assert left(sub_account) == {"given": "0.00", "bought": "8.00", "newer": "50.00"}

    @pytest.mark.parametrize("amount", ["6.000001", "100"])
    def test_more_than_the_hold_is_refused(self, hold, amount):
        with pytest.raises(CaptureAboveHold), transaction():
            capture(hold, dollars(amount), now=NOON)

    def test_twice_is_refused(self, sub_account, hold):
        with transaction():
            capture(hold, dollars("1"), now=NOON)

        with pytest.raises(HoldEnded), transaction():
            capture(hold, dollars("1"), now=NOON)

    def test_after_its_time_is_refused(self, hold):
        with pytest.raises(HoldEnded), transaction():
            capture(hold, dollars("1"), now=LATER)

    def test_what_reached_into_the_overdraft_is_owed(self, of_agency, sub_account):
        with transaction():
            topped_up(sub_account, "2")
            set_overdraft(sub_account, dollars("5"), by=OPERATOR, now=NOON)
            row = capture(held(sub_account, "6"), dollars("5"), now=NOON)

            assert (row.purchased_change, row.owed_change) == (dollars("-2"), dollars("3"))
            assert verify(of_agency.id) == []


@pytest.mark.usefixtures("of_agency")
class TestRelease:
    def test_it_frees_the_whole(self, sub_account, hold):
        with transaction():
            release(hold, now=NOON)

            assert (hold.state, standing(sub_account).available(now=NOON)) == (HoldState.RELEASED, dollars("12"))

    def test_twice_is_refused(self, hold):
        with transaction():
            release(hold, now=NOON)

        with pytest.raises(HoldEnded), transaction():
            release(hold, now=NOON)


@pytest.mark.usefixtures("of_agency")
class TestExpireDue:
    def test_it_frees_what_is_over_and_nothing_else(self, sub_account, hold):
        with transaction():
            other = held(sub_account, "1", expires_at=LATER + timedelta(hours=1))

            assert (expire_due(now=LATER), hold.state, other.state) == (1, HoldState.EXPIRED, HoldState.OPEN)
            assert standing(sub_account).available(now=LATER) == dollars("11")
            assert next_due(HOLDS) == other.expires_at

    def test_again_it_does_nothing(self, hold):
        with transaction():
            expire_due(now=LATER)

            assert expire_due(now=LATER) == 0

    def test_credit_that_expired_while_held_is_lost_then(self, of_agency, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=LATER)
            hold = held(sub_account, "5", expires_at=LATER + timedelta(hours=1))
            expiry.run_due(now=LATER)
            kept = balance(sub_account)
            release(hold, now=LATER)
            expiry.run_due(now=LATER)

            assert (kept, balance(sub_account)) == ("5.00 USD", "0.00 USD")
            assert list(compare()) == []


@pytest.fixture
def hold(of_agency, sub_account):
    """Six dollars of a wallet with two given and ten bought."""
    with transaction():
        granted(sub_account, "2", description="given")
        topped_up(sub_account, "10", description="bought")
        return held(sub_account, "6", expires_at=LATER)


def test_past_work_cannot_take_what_a_hold_reserves(of_agency, sub_account, hold):
    with transaction():
        spent(sub_account, "100")
        row = capture(hold, dollars("6"), now=NOON)

        assert (row.owed_change, balance(sub_account)) == (dollars("0"), "-94.00 USD")
