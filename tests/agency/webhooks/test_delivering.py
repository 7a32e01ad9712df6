"""From an event to a receiver: signed, once for each lease, again after a failure, and not for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from agency.foundation import clock, ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.webhooks import jobs, sending
from agency.webhooks.deliveries import claim, settle
from agency.webhooks.models import Delivery, Endpoint, Failure
from agency.webhooks.operations import announce, switch
from agency.webhooks.rules import PAUSES, TRIES_MAX
from agency.webhooks.sending import Outcome
from tests import post
from tests.factories import tenants, webhooks

LATER = timedelta(days=4)


class TestAnnounce:
    def test_keeps_event_and_job_in_the_transaction_of_what_happened(self, lumen, receiver, owner):
        webhooks.endpoint(lumen, receiver.url)

        with pytest.raises(ZeroDivisionError):
            happen_and_fail(lumen)

        assert owner.execute("SELECT count(*) FROM event_log").fetchone() == (0,)
        assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%fan_out'").fetchone() == (0,)

    def test_keeps_the_event_alone_where_nobody_listens(self, lumen, receiver, owner):
        endpoint, _secret = webhooks.endpoint(lumen, receiver.url)
        webhooks.endpoint(tenants.agency(name="Olive"), receiver.url)
        switched(endpoint, is_on=False)

        webhooks.event(lumen)

        assert owner.execute("SELECT count(*) FROM event_log").fetchone() == (1,)
        assert owner.execute("SELECT count(*) FROM jobs WHERE name LIKE '%fan_out'").fetchone() == (0,)

    def test_can_be_said_by_a_sub_account_that_does_not_see_the_agencys_endpoints(self, lumen, shop, receiver, work):
        webhooks.endpoint(lumen, receiver.url)

        with scope.of_agency(lumen.id, sub_account_id=shop.id), transaction():
            announce("wallet.recharged", {}, sub_account_id=shop.id, now=tenants.NOON)
        work()

        assert len(receiver.received) == 1


class TestDeliver:
    def test_sends_what_the_specification_says(self, lumen, receiver, work):
        _endpoint, secret = webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)

        work()

        [got] = receiver.received
        said = Webhook(secret).verify(got.body, got.headers)
        assert said == {"type": event.kind, "timestamp": "2026-03-02T12:00:00+00:00", "data": webhooks.DATA}
        assert (got.headers["webhook-id"], got.headers["content-type"]) == (event.public_id, "application/json")

    def test_signs_with_a_secret_of_the_endpoint_alone(self, lumen, receiver, work):
        webhooks.endpoint(lumen, receiver.url)
        _other, secret = webhooks.endpoint(lumen, f"{receiver.url}/other")
        webhooks.event(lumen)

        work()

        first = next(got for got in receiver.received if got.path == "/")
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(first.body, first.headers)

    def test_keeps_how_it_went(self, lumen, receiver, work, kept, owner):
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)

        work()

        assert (kept.deliveries(), kept.tries()) == ([("delivered", 1)], [(200, None)])
        assert owner.execute("SELECT excerpt FROM webhook_attempts").fetchone() == ("thanks",)

    def test_goes_by_the_walls_clock_in_a_sandbox(self, app, receiver, work):
        sandbox = tenants.agency(name="Sandbox", is_sandbox=True)
        _endpoint, secret = webhooks.endpoint(sandbox, receiver.url)
        webhooks.event(sandbox)

        work()

        assert Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)

    def test_ends_where_the_endpoint_was_removed_meanwhile(self, lumen, receiver, work, owner):
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)
        post.work(owner, "fan_out")
        owner.execute("DELETE FROM webhook_deliveries")

        work()

        assert receiver.received == []
        assert owner.execute("SELECT DISTINCT state FROM jobs").fetchall() == [("done",)]


class TestWhoHears:
    def test_a_sub_account_hears_of_itself_and_the_agency_of_all(self, lumen, shop, clinic, receiver, work):
        webhooks.endpoint(lumen, f"{receiver.url}/agency")
        webhooks.endpoint(lumen, f"{receiver.url}/shop", at=shop)
        webhooks.endpoint(lumen, f"{receiver.url}/clinic", at=clinic)
        webhooks.event(lumen, about=shop)
        webhooks.event(lumen)

        work()

        assert sorted(got.path for got in receiver.received) == ["/agency", "/agency", "/shop"]

    def test_another_agency_hears_nothing(self, lumen, receiver, work):
        webhooks.endpoint(tenants.agency(name="Otra Agencia"), receiver.url)
        webhooks.event(lumen)

        work()

        assert receiver.received == []

    def test_an_endpoint_keeps_to_the_types_it_chose(self, lumen, receiver, work):
        webhooks.endpoint(lumen, receiver.url, kinds=("charge.settled",))
        webhooks.event(lumen, "wallet.recharged")
        settled = webhooks.event(lumen, "charge.settled")

        work()

        assert [got.headers["webhook-id"] for got in receiver.received] == [settled.public_id]

    def test_an_endpoint_of_an_app_hears_of_that_app_alone(self, lumen, receiver, work):
        app_id = ids.new_id()
        webhooks.endpoint(lumen, f"{receiver.url}/app", app_id=app_id)
        webhooks.endpoint(lumen, f"{receiver.url}/all")
        webhooks.event(lumen, "install.created", app_id=ids.encode("app", app_id))
        webhooks.event(lumen, "install.created", app_id=ids.encode("app", ids.new_id()))
        webhooks.event(lumen)

        work()

        assert sorted(got.path for got in receiver.received) == ["/all", "/all", "/all", "/app"]

    def test_one_that_is_off_hears_nothing(self, lumen, receiver, work, kept):
        switched(webhooks.endpoint(lumen, receiver.url)[0], is_on=False)
        webhooks.event(lumen)

        work()

        assert (receiver.received, kept.deliveries()) == ([], [])


class TestDuplicates:
    def test_handing_out_twice_sends_once(self, lumen, receiver, work, kept):
        webhooks.endpoint(lumen, receiver.url)
        event = webhooks.event(lumen)

        with scope.of_agency(lumen.id):
            jobs.fan_out(event_id=str(event.id))
            jobs.fan_out(event_id=str(event.id))
        work()

        assert (len(receiver.received), kept.deliveries()) == (1, [("delivered", 1)])

    def test_jobs_at_once_send_once(self, app, lumen, receiver, pending):
        receiver.seconds = 0.2

        def work(_):
            with app.app_context(), scope.of_agency(lumen.id):
                jobs.deliver(delivery_id=str(pending.id))
                session.remove()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))

        assert len(receiver.received) == 1

    def test_a_lease_that_ran_out_is_taken_over(self, lumen, pending, receiver, kept, owner):
        with scope.of_agency(lumen.id), transaction():
            claim(pending.id, now=clock.wall())
        owner.execute("UPDATE webhook_deliveries SET lease_until = now()")

        with scope.of_agency(lumen.id):
            jobs.deliver(delivery_id=str(pending.id))

        assert (len(receiver.received), kept.tries()) == (1, [(None, None), (200, None)])

    def test_who_lost_the_lease_changes_nothing(self, lumen, pending, kept, owner):
        now = clock.wall()
        with scope.of_agency(lumen.id), transaction():
            first = claim(pending.id, now=now)
        owner.execute("UPDATE webhook_deliveries SET lease_until = now()")

        with scope.of_agency(lumen.id), transaction():
            claim(pending.id, now=now + timedelta(minutes=1))
            pause = settle(first, Outcome(Failure.TIMED_OUT), now=now)

        assert (pause, kept.deliveries()) == (None, [("pending", 2)])


class TestTryingAgain:
    def test_follows_a_failure_after_a_pause(self, lumen, receiver, work, kept):
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)
        receiver.status = 500
        work()
        receiver.status = 204

        work()
        before = len(receiver.received)
        kept.hurry()
        work()

        assert (before, len(receiver.received)) == (1, 2)
        assert (kept.deliveries(), kept.tries()) == ([("delivered", 2)], [(500, "refused"), (204, None)])
        assert {got.headers["webhook-id"] for got in receiver.received} == {receiver.received[0].headers["webhook-id"]}

    def test_waits_as_long_as_the_schedule_says(self, lumen, receiver, work, owner):
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)
        receiver.status = 503

        work()

        [(job_waits, row_waits)] = owner.execute(
            "SELECT j.not_before - a.ended_at, d.next_at - a.ended_at"
            " FROM jobs j, webhook_attempts a, webhook_deliveries d WHERE j.state = 'waiting'"
        ).fetchall()
        assert PAUSES[0] == row_waits <= job_waits < PAUSES[0] + timedelta(seconds=2)

    def test_follows_a_time_out(self, lumen, receiver, work, monkeypatch, kept):
        monkeypatch.setattr(sending, "SECONDS_MAX", 0.2)
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)
        receiver.seconds = 0.6

        work()

        assert (kept.deliveries(), kept.tries()) == ([("pending", 1)], [(None, "timed_out")])

    def test_ends_with_the_schedule(self, lumen, pending, kept):
        last = failing(lumen, pending, times=TRIES_MAX, now=clock.wall())

        assert (last, kept.deliveries()) == (None, [("failed", TRIES_MAX)])

    def test_ends_even_where_the_last_one_who_tried_died(self, lumen, pending, kept, owner):
        owner.execute("UPDATE webhook_deliveries SET tries = %s", (TRIES_MAX,))

        with scope.of_agency(lumen.id), transaction():
            assert claim(pending.id, now=clock.wall()) is None

        assert kept.deliveries() == [("failed", TRIES_MAX)]


class TestGivingUpAnEndpoint:
    def test_that_says_it_is_gone(self, lumen, receiver, work, kept, owner):
        webhooks.endpoint(lumen, receiver.url, contact="ana@lumen.example")
        webhooks.event(lumen)
        receiver.status = 410

        work()

        assert (kept.deliveries(), kept.why_off()) == ([("failed", 1)], "gone")
        [(to, text)] = owner.execute("SELECT recipient, text FROM outgoing_mails").fetchall()
        assert to == "ana@lumen.example"
        assert receiver.url in text
        assert "http://localhost/a/lumen-studio/developers/webhooks/whe_" in text

    def test_that_took_nothing_for_days(self, lumen, pending, kept):
        failing(lumen, pending, times=TRIES_MAX - 1, now=clock.wall())

        failing(lumen, pending, times=1, now=clock.wall() + LATER)

        assert kept.why_off() == "failing"

    def test_not_one_that_took_something_meanwhile(self, lumen, pending, kept, receiver, work):
        failing(lumen, pending, times=TRIES_MAX - 1, now=clock.wall())
        webhooks.event(lumen)
        work()

        failing(lumen, pending, times=1, now=clock.wall() + LATER)

        assert (len(receiver.received), kept.why_off()) == (1, None)

    def test_that_somebody_switched_off_sends_nothing_that_waits(self, lumen, pending, receiver, kept):
        with scope.of_agency(lumen.id), transaction():
            endpoint = session.get_one(Endpoint, (lumen.id, pending.endpoint_id))
        switched(endpoint, is_on=False)

        with scope.of_agency(lumen.id):
            jobs.deliver(delivery_id=str(pending.id))

        assert (receiver.received, kept.deliveries()) == ([], [("failed", 0)])


class TestProduction:
    def test_sends_to_no_private_address(self, lumen, receiver, work, kept, go_live):
        webhooks.endpoint(lumen, receiver.url)
        webhooks.event(lumen)
        go_live()

        work()

        assert (receiver.received, kept.tries()) == ([], [(None, "private_address")])


def happen_and_fail(agency):
    with scope.of_agency(agency.id), transaction():
        webhooks.event(agency)
        raise ZeroDivisionError


def switched(endpoint, *, is_on):
    with scope.of_agency(endpoint.agency_id), transaction():
        switch(session.merge(endpoint), is_on=is_on, by=OPERATOR, now=clock.wall())


def failing(agency, delivery, *, times, now):
    """That many tries without an answer, each as soon as it may be; answers the pause after the last."""
    pause = timedelta()
    for _ in range(times):
        now += pause or timedelta()
        with scope.of_agency(agency.id), transaction():
            parcel = claim(delivery.id, now=now)
            assert parcel is not None
            pause = settle(parcel, Outcome(Failure.UNREACHABLE), now=now)
    return pause


@pytest.fixture
def pending(lumen, receiver, owner):
    """A delivery that is due, and that no job but the test's own looks at."""
    webhooks.endpoint(lumen, receiver.url)
    webhooks.event(lumen)
    post.work(owner, "fan_out")
    owner.execute("UPDATE jobs SET state = 'done'")
    with scope.of_agency(lumen.id), transaction():
        return session.scalars(select(Delivery)).one()
