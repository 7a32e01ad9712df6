from datetime import timedelta

import pytest

from agency.foundation import clock, ids
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.webhooks import jobs
from agency.webhooks.forgetting import forget_events
from agency.webhooks.rules import KEPT_FOR
from tests import post
from tests.factories import tenants, webhooks


@pytest.fixture
def told(lumen, receiver, work):
    """Three events, each sent."""
    webhooks.endpoint(lumen, receiver.url)
    events = [webhooks.event(lumen) for _ in range(3)]
    work()
    return events


def count(owner):
    tables = ("event_log", "webhook_deliveries", "webhook_attempts")
    return tuple(owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


class TestForgettingEvents:
    def test_leaves_what_is_younger(self, lumen, told, owner):
        with scope.of_agency(lumen.id), transaction():
            forgotten = forget_events(before=clock.wall() - timedelta(days=1), most=9)

        assert (forgotten, count(owner)) == (0, (3, 3, 3))

    def test_goes_batch_by_batch_until_none_is_left(self, lumen, told, owner, monkeypatch):
        monkeypatch.setattr(jobs, "FORGOTTEN_TOGETHER", 2)

        with scope.of_agency(lumen.id), transaction():
            jobs.forget_old.later(until=(clock.wall() + KEPT_FOR + timedelta(days=1)).isoformat())
        post.work(owner, "webhooks.jobs.forget_old")
        first = count(owner)
        post.work(owner, "webhooks.jobs.forget_old")

        assert first == (1, 1, 1)
        assert count(owner) == (0, 0, 0)

    def test_keeps_what_was_sent_again_since(self, lumen, told, owner):
        again = told[0].id
        owner.execute("DELETE FROM webhook_attempts")
        owner.execute("DELETE FROM webhook_deliveries WHERE event_id <> %s", (again,))
        edge = clock.wall() + timedelta(days=1)
        owner.execute("UPDATE webhook_deliveries SET id = %s", (ids.first_at(edge + timedelta(hours=1)),))

        with scope.of_agency(lumen.id), transaction():
            forgotten = forget_events(before=edge, most=9)

        assert (forgotten, owner.execute("SELECT id FROM event_log").fetchall()) == (2, [(again,)])

    def test_reaches_no_other_agency(self, lumen, told, owner):
        other = tenants.agency(name="Otra Agencia")

        with scope.of_agency(other.id), transaction():
            forget_events(before=clock.wall() + timedelta(days=1), most=9)

        assert count(owner)[0] == 3


class TestFirstAt:
    def test_lies_between_the_ids_before_and_after(self):
        now = clock.wall()

        made = ids.new_id()

        assert ids.first_at(now - timedelta(milliseconds=1)) < made < ids.first_at(now + timedelta(seconds=5))
