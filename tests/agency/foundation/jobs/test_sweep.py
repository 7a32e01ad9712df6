from datetime import timedelta

import pytest
from rq.job import Job as Delivery
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select

from agency.foundation import clock, ids
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs import delivery
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.sweep import forget_done, send_forgotten
from agency.foundation.tenancy import scope
from tests.agency.foundation.jobs.trial_jobs import note

SOON = timedelta(seconds=3)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def redis(app):
    return app.extensions["redis"]


def queued():
    return delivery.queue("money").job_ids


class TestSendForgotten:
    def test_sends_again_what_redis_forgot(self, asked, redis):
        row = asked(note)
        redis.flushdb()

        assert send_forgotten(clock.wall() + SOON) == 1
        assert queued() == [f"{row.id}-0"]

    def test_sends_what_was_held_back_by_somebody_who_died_before_doing_it(self, asked):
        with delivery.held_back():
            row = asked(note)

        assert queued() == []
        assert send_forgotten(clock.wall() + SOON) == 1
        assert queued() == [f"{row.id}-0"]

    def test_leaves_alone_what_is_queued(self, asked):
        row = asked(note)

        assert send_forgotten(clock.wall() + SOON) == 0
        assert queued() == [f"{row.id}-0"]

    def test_leaves_the_commits_own_delivery_its_time(self, asked, redis):
        asked(note)
        redis.flushdb()

        assert send_forgotten(clock.wall() + timedelta(seconds=1)) == 0

    def test_sends_again_what_a_worker_took_and_lost(self, asked, redis):
        row = asked(note)
        taken = Delivery.fetch(f"{row.id}-0", connection=redis, serializer=JSONSerializer)
        redis.lpop(delivery.queue("money").key)
        taken.set_status(JobStatus.STARTED)

        assert send_forgotten(clock.wall() + SOON) == 1
        assert queued() == [f"{row.id}-0"]

    def test_sends_again_what_a_dead_worker_held(self, asked, changed, redis):
        row = asked(note)
        redis.flushdb()
        changed(row, state=JobState.RUNNING, lease=ids.new_id(), lease_until=clock.wall() - SOON, attempts=1)

        assert send_forgotten(clock.wall()) == 1
        assert queued() == [f"{row.id}-1"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": JobState.RUNNING, "lease_until": clock.wall() + AN_HOUR},
            {"not_before": clock.wall() + AN_HOUR},
            {"state": JobState.DONE},
            {"state": JobState.FAILED},
        ],
    )
    def test_leaves_alone_what_is_not_due(self, asked, changed, redis, fields):
        changed(asked(note), **fields)
        redis.flushdb()

        assert send_forgotten(clock.wall() + SOON) == 0

    def test_finds_the_jobs_of_every_agency(self, lumen, ember, redis, file):
        for agency in (lumen, ember):
            with scope.of_agency(agency.agency_id), transaction():
                note.later(file=str(file))
        redis.flushdb()

        assert send_forgotten(clock.wall() + SOON) == 2

    def test_comes_again_while_redis_is_away(self, asked, app, monkeypatch):
        asked(note)
        monkeypatch.setitem(app.extensions, "redis", delivery.connect("redis://127.0.0.1:1"))

        assert send_forgotten(clock.wall() + SOON) == 0


class TestForgetDone:
    @pytest.fixture
    def left_after(self, asked, changed, lumen):
        def left(days, state):
            changed(asked(note), state=state)
            with scope.of_agency(lumen.agency_id), transaction():
                forget_done(clock.wall() + timedelta(days=days))
                return len(session.scalars(select(Job)).all())

        return left

    def test_deletes_what_was_done_a_week_ago(self, left_after):
        assert left_after(8, JobState.DONE) == 0

    def test_keeps_what_was_done_since(self, left_after):
        assert left_after(6, JobState.DONE) == 1

    @pytest.mark.parametrize("state", [JobState.FAILED, JobState.WAITING, JobState.RUNNING])
    def test_keeps_what_was_not_done(self, left_after, state):
        assert left_after(80, state) == 1
