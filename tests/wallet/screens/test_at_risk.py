from datetime import timedelta

import pytest

from agency.foundation.database.session import session
from tests import browsing
from tests.factories import cards, funds, tenants, wallet
from wallet.credits.queries import balance
from wallet.credits.queries import wallet_of as key_of
from wallet.recharge.models import PauseReason
from wallet.recharge.operations.pauses import pause
from wallet.screens.at_risk import Risk, count_at_risk, wallets_at_risk

DAY = timedelta(days=1)


@pytest.fixture
def opened(agency, now):
    def open_account(name):
        return tenants.sub_account(agency, name=name, now=now - 60 * DAY)

    return open_account


@pytest.fixture
def spending(inside, now):
    """A wallet with an amount left that spends $1.00 a day."""

    def live(of, left):
        with inside():
            wallet.topped_up(of, f"{left + 10}.00", now=now - 20 * DAY)
            for day in range(10, 0, -1):
                wallet.spent(of, "1.00", now=now - day * DAY)

    return live


@pytest.fixture
def at_risk(inside, now):
    def read(risk=None):
        with inside():
            return {row.sub_account.name: row.risks for row in wallets_at_risk(now=now, risk=risk)}

    return read


class TestWalletsAtRisk:
    def test_are_those_that_run_dry_within_a_week(self, opened, spending, at_risk):
        spending(opened("Soon"), 6)
        spending(opened("Later"), 9)

        assert at_risk() == {"Soon": (Risk.RUNS_DRY,)}

    def test_are_those_that_owe(self, opened, inside, at_risk):
        owing = opened("Owing")
        with inside():
            wallet.spent(owing, "3.00")

        assert Risk.OWED in at_risk()["Owing"]

    def test_are_low_at_their_threshold(self, stripe, opened, spending, at_risk, now):
        low = opened("Low")
        spending(low, 6)
        cards.card(low, now=now)
        funds.rule(low, confirm=True, now=now)

        assert at_risk() == {"Low": (Risk.LOW,)}

    def test_are_those_whose_recharge_is_paused_first_of_all(self, opened, spending, inside, at_risk, now):
        paused, soon = opened("Paused"), opened("Soon")
        spending(soon, 6)
        spending(paused, 90)
        with inside():
            pause(key_of(paused), PauseReason.REFUSED, now=now)

        assert at_risk() == {"Paused": (Risk.PAUSED,), "Soon": (Risk.RUNS_DRY,)}
        assert list(at_risk(Risk.RUNS_DRY)) == ["Soon"]

    def test_are_none_of_those_that_only_rest(self, opened, at_risk):
        opened("Fresh")

        assert at_risk() == {}

    def test_leave_out_who_is_closed(self, opened, inside, at_risk):
        gone = opened("Gone")
        with inside():
            wallet.spent(gone, "3.00")
        funds.closed(gone)

        assert at_risk() == {}

    def test_are_counted_as_they_are_listed(self, opened, spending, inside, now):
        spending(opened("Soon"), 6)
        owing = opened("Owing")
        with inside():
            wallet.spent(owing, "3.00")
            counted = count_at_risk(now=now)

        assert counted.wallets == 2
        assert counted.by_risk[Risk.OWED] == 1

    def test_run_dry_when_their_own_page_says(self, opened, spending, inside, now):
        soon = opened("Soon")
        spending(soon, 6)
        with inside():
            wallet.granted(soon, "50.00", meters=frozenset({"emails"}), now=now - DAY)
            session.expunge_all()

            [row] = wallets_at_risk(now=now)

            assert row.runs_dry_at == balance(soon, now=now).runs_dry_at
            assert row.available == balance(soon, now=now).available

    def test_are_asked_for_in_one_statement(self, opened, spending, inside, now, statements):
        for number in range(5):
            spending(opened(f"Soon {number}"), 6)
        with inside(), statements() as asked:
            wallets_at_risk(now=now)

        assert len(asked) == 1


class TestThePage:
    def test_leads_to_each_wallet(self, opened, spending, agency, staff_member):
        soon = opened("Soon")
        spending(soon, 6)

        shown = browsing.visit(staff_member, f"/a/{agency.slug}/wallets").text

        assert f"/sub-accounts/{soon.public_id}/wallet" in shown
        assert "Runs dry soon" in shown

    def test_says_when_all_is_well(self, agency, staff_member):
        assert "No wallet is at risk" in browsing.visit(staff_member, f"/a/{agency.slug}/wallets?risk=owed").text
