"""The billing run on committed data: once, in order, by whomever, and whole after every interruption."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import pytest

from agency.commands.main import cartera
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.billing_run import jobs
from subaccounts.billing_run.operations import running
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories import plans, subscriptions, tenants, wallet
from wallet.ledger.checks import verify

JULY = datetime(2026, 7, 15, tzinfo=UTC)
LINES = "SELECT sub_account_id, period_start, occasion, amount_micros FROM billed_lines ORDER BY 1, 2"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def subscribed(agency):
    plan = plans.plan(agency)
    return [subscriptions.subscription(tenants.sub_account(agency), plan) for _each in range(6)]


def run(agency, now=JULY, **terms):
    session.expunge_all()
    with scope.of_agency(agency.id):
        return running.run(now, **terms)


def clean(agency):
    with scope.of_agency(agency.id), transaction():
        return verify(agency.id) == []


class TestARun:
    def test_catches_up_every_missed_period(self, agency, subscribed):
        report = run(agency)

        assert (report.subscriptions, report.bills, report.failures) == (6, 24, {})
        assert [str(amount) for amount in report.amounts] == ["2328.00 USD"]
        assert subscriptions.lines(subscribed[0]) == ["97.00"] * 5
        assert clean(agency)

    def test_a_second_time_bills_nothing(self, agency, subscribed):
        run(agency)

        again = run(agency)

        assert (again.subscriptions, again.bills) == (0, 0)

    def test_bills_the_same_in_small_sets_as_in_one(self, agency, subscribed, owner):
        run(agency, size=2)

        periods = owner.execute("SELECT count(*), count(DISTINCT (subscription_id, period_start)) FROM billed_lines")
        assert periods.fetchone() == (30, 30)

    def test_that_is_dry_says_the_same_and_stores_nothing(self, agency, subscribed, owner):
        before = owner.execute(LINES).fetchall()

        dry = run(agency, dry_run=True, size=2)

        assert owner.execute(LINES).fetchall() == before
        real = run(agency)
        assert (dry.subscriptions, dry.bills, dry.amounts) == (real.subscriptions, real.bills, real.amounts)

    def test_ends_what_was_to_end_and_bills_it_no_more(self, agency, subscribed, owner):
        subscriptions.canceled(subscribed[0], TakesEffect.PERIOD_END)

        run(agency)

        assert subscriptions.lines(subscribed[0]) == ["97.00"]
        assert owner.execute("SELECT count(*) FROM subscriptions WHERE state = 'canceled'").fetchone() == (1,)


class TestAFailure:
    def test_parks_one_client_and_bills_the_rest(self, agency, subscribed, owner):
        unlucky = subscribed[2]
        broken(owner, unlucky)

        report = run(agency)

        assert report.failures == {unlucky.sub_account_id: "ZoneInfoNotFoundError"}
        assert (report.subscriptions, report.bills) == (5, 20)
        assert run(agency).subscriptions == 0
        parked = owner.execute("SELECT id, parked_reason FROM subscriptions WHERE parked_at IS NOT NULL")
        assert parked.fetchall() == [(unlucky.id, "ZoneInfoNotFoundError")]

    def test_is_tried_again_after_an_hour_then_two(self, agency, subscribed, owner):
        broken(owner, subscribed[2])
        run(agency)

        first, second = (parked_until(owner, subscribed[2]), tried_again(agency, owner, subscribed[2]))

        assert (first - JULY, second - first) == (timedelta(hours=1), timedelta(hours=2))

    def test_that_is_mended_is_caught_up_by_the_schedule(self, agency, subscribed, owner):
        broken(owner, subscribed[2])
        run(agency)
        broken(owner, subscribed[2], time_zone="America/Chicago")

        tried_again(agency, owner, subscribed[2])

        assert subscriptions.lines(subscribed[2]) == ["97.00"] * 5
        told = owner.execute("SELECT times_parked, parked_at, parked_reason FROM subscriptions").fetchall()
        assert set(told) == {(0, None, None)}


class TestAnInterruption:
    @pytest.mark.parametrize("after", [1, 2, 3])
    def test_repeated_gives_the_rows_of_one_whole_run(self, agency, subscribed, monkeypatch, owner, after):
        with monkeypatch.context() as patch:
            cut_off(patch, after=after)
            with pytest.raises(KeyboardInterrupt):
                run(agency, size=2)
            session.remove()

        run(agency, size=2)

        rows = owner.execute(LINES).fetchall()
        assert len(rows) == 30
        assert len({row[:2] for row in rows}) == 30
        assert clean(agency)


@pytest.mark.slow
class TestTwoAtOnce:
    def test_give_one_set_of_rows(self, agency, subscribed, owner):
        def one(_number):
            try:
                return run(agency, size=1)
            finally:
                session.remove()

        with ThreadPoolExecutor(2) as pool:
            reports = [pool.submit(copy_context().run, one, number) for number in range(2)]

        assert sum(report.result().bills for report in reports) == 24
        assert owner.execute("SELECT count(*) FROM billed_lines").fetchone() == (30,)
        assert clean(agency)


class TestTheCommand:
    def test_is_one_of_the_platforms(self):
        assert set(cartera.get_command(None, "billing").commands) == {"run"}


class TestAWalletThatPays:
    def test_pays_renewals_while_it_can_and_then_falls_behind(self, agency):
        client = tenants.sub_account(agency)
        with scope.of_agency(agency.id), transaction():
            wallet.topped_up(client, "200.00")
        row = subscriptions.subscription(client, plans.plan(agency), collection=Collection.WALLET)

        run(agency, datetime(2026, 5, 3, tzinfo=UTC))

        with scope.of_agency(agency.id), transaction():
            assert wallet.balance(client) == "6.00 USD"
            assert session.get_one(Subscription, (agency.id, row.id)).state == "past_due"
        assert clean(agency)


def broken(owner, unlucky, *, time_zone="Nowhere/Land"):
    """A row that no release of ours would write, so that billing it fails."""
    owner.execute("UPDATE subscriptions SET time_zone = %s WHERE id = %s", (time_zone, unlucky.id))


def parked_until(owner, unlucky):
    return owner.execute("SELECT parked_until FROM subscriptions WHERE id = %s", (unlucky.id,)).fetchone()[0]


def tried_again(agency, owner, unlucky):
    """The schedule comes by when it is time; answers until when it is parked then."""
    session.expunge_all()
    with scope.of_agency(agency.id):
        jobs.try_parked(parked_until(owner, unlucky))
    return parked_until(owner, unlucky)


def cut_off(monkeypatch, *, after):
    """The process is stopped while it works on the set after so many."""
    whole, calls = running.advance_alike, []

    def advance_alike(claimed, *, by):
        calls.append(1)
        if len(calls) > after - 1 and claimed:
            raise KeyboardInterrupt
        return whole(claimed, by=by)

    monkeypatch.setattr(running, "advance_alike", advance_alike)
