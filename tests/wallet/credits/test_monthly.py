from datetime import UTC, datetime, timedelta

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.tenants.models import SuspensionKind
from agency.tenants.operations.suspensions import suspend
from tests.factories import wallet
from tests.factories.due import next_due
from tests.factories.tenants import NOON
from wallet.credits import jobs
from wallet.credits.operations.monthly import begin_monthly, end_monthly
from wallet.credits.queries import unspent_lots
from wallet.credits.rules.monthly import Unused

APRIL = datetime(2026, 4, 1, 5, tzinfo=UTC)  # The first of April begins in Chicago.
MAY = datetime(2026, 5, 1, 5, tzinfo=UTC)


@pytest.fixture
def given(of_agency, sub_account):
    def begin(amount="5.00", unused=Unused.EXPIRES, **terms):
        with transaction():
            return wallet.given_monthly(sub_account, amount, unused=unused, **terms)

    return begin


@pytest.fixture
def balance(of_agency, sub_account):
    def read():
        with transaction():
            return wallet.balance(sub_account)

    return read


class TestMonthlyCredit:
    def test_is_given_for_the_present_month_at_once(self, given, balance):
        given()

        assert balance() == "5.00 USD"

    def test_comes_with_the_first_instant_of_each_local_month(self, given, balance):
        given(unused=Unused.ROLLS_OVER)

        jobs.MONTHS.run_due(APRIL - timedelta(seconds=1))
        assert balance() == "5.00 USD"

        jobs.MONTHS.run_due(APRIL)
        assert balance() == "10.00 USD"

    def test_is_given_once_a_month_however_often_it_is_due(self, given, balance):
        given(unused=Unused.ROLLS_OVER)

        for _run in range(3):
            jobs.MONTHS.run_due(APRIL)

        assert balance() == "10.00 USD"

    def test_expires_with_its_month_unless_it_rolls_over(self, given, sub_account, of_agency):
        given()
        given(unused=Unused.ROLLS_OVER)

        with transaction():
            ends = {lot.expires_at for lot in unspent_lots(wallet.wallet_of(sub_account))}

        assert ends == {APRIL, None}

    def test_asked_for_twice_is_begun_once(self, of_agency, sub_account, balance):
        request_id = ids.new_id()

        for _press in range(2):
            with transaction():
                begin_monthly(
                    sub_account,
                    wallet.dollars("5.00"),
                    Unused.EXPIRES,
                    "Courtesy",
                    request_id=request_id,
                    by=OPERATOR,
                    now=NOON,
                )

        assert balance() == "5.00 USD"

    def test_ended_gives_no_more_and_takes_nothing_back(self, given, balance, sub_account):
        begun = given(unused=Unused.ROLLS_OVER)
        with transaction():
            end_monthly(begun.id, sub_account_id=sub_account.id, by=OPERATOR, now=NOON)

        jobs.MONTHS.run_due(APRIL)

        assert balance() == "5.00 USD"
        with transaction():
            assert next_due(jobs.MONTHS) is None

    def test_of_another_sub_account_is_not_there(self, given, of_agency):
        begun = given()

        with transaction(), pytest.raises(NotFound):
            end_monthly(begun.id, sub_account_id=ids.new_id(), by=OPERATOR, now=NOON)

    def test_skips_the_months_of_a_pause(self, given, balance, sub_account, of_agency):
        given(unused=Unused.ROLLS_OVER)
        with transaction():
            suspend(sub_account, SuspensionKind.PAUSE, reason="Unpaid", by=OPERATOR, now=NOON)

        jobs.MONTHS.run_due(APRIL)

        assert balance() == "5.00 USD"
        with transaction():
            assert next_due(jobs.MONTHS) == MAY
