from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import balance, dollars, held, spent, topped_up, wish
from wallet.credits.models.holds import Hold
from wallet.credits.operations.debits import charge, debit
from wallet.credits.operations.guard import InsufficientFunds
from wallet.credits.operations.hold_ends import capture
from wallet.credits.operations.holds import HoldEnded
from wallet.ledger.checks import verify


class TestOneWallet:
    def test_sixteen_debits_at_once_lose_nothing(self, agency, sub_account):
        with scope.of_agency(agency.id), transaction():
            topped_up(sub_account, "10")

        at_once(16, agency, lambda: spent(sub_account, "1"))

        assert after(agency, sub_account) == ("-6.00 USD", [])

    def test_of_sixteen_charges_only_those_that_are_paid_for_pass(self, agency, sub_account):
        with scope.of_agency(agency.id), transaction():
            topped_up(sub_account, "10")

        done = at_once(16, agency, lambda: charge(wish(sub_account, "3"), now=NOON), refused=InsufficientFunds)

        assert (len(done), after(agency, sub_account)) == (3, ("1.00 USD", []))

    def test_of_two_captures_of_one_hold_one_passes(self, agency, sub_account):
        with scope.of_agency(agency.id), transaction():
            topped_up(sub_account, "10")
            hold_id = held(sub_account, "5").id

        def take():
            capture(session.get_one(Hold, (agency.id, hold_id)), dollars("5"), now=NOON)

        done = at_once(8, agency, take, refused=HoldEnded)

        assert (len(done), after(agency, sub_account)) == (1, ("5.00 USD", []))

    def test_one_settled_charge_told_eight_times_gives_credit_once(self, agency, sub_account):
        charge_id = ids.new_id()

        at_once(8, agency, lambda: topped_up(sub_account, "10", charge_id=charge_id))

        assert after(agency, sub_account) == ("10.00 USD", [])


class TestManyWallets:
    def test_sets_that_overlap_in_any_order_never_block_each_other_for_good(self, agency, sub_account):
        wallets = [tenants.sub_account(agency, name=f"Client {number}") for number in range(12)]
        sets = iter([wallets, wallets[::-1], wallets[6:] + wallets[:6], wallets[::2] + wallets[1::2]] * 4)

        at_once(16, agency, lambda: debit([wish(of, "1") for of in next(sets)], now=NOON))

        with scope.of_agency(agency.id), transaction():
            assert {balance(of) for of in wallets} == {"-16.00 USD"}
            assert verify(agency.id) == []


def at_once(times, agency, act, *, refused=()):
    """Run the act so often at the same time, each in its own transaction; answers those that passed."""

    def run(_number):
        try:
            with scope.of_agency(agency.id), transaction():
                act()
        except refused:
            return None
        finally:
            session.remove()
        return True

    with ThreadPoolExecutor(times) as pool:
        return [passed for passed in pool.map(run, range(times)) if passed]


def after(agency, sub_account):
    with scope.of_agency(agency.id), transaction():
        return balance(sub_account), verify(agency.id)


@pytest.fixture(autouse=True)
def _wallet(app, sub_account):
    """The wallet exists before the race."""
