from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from datetime import timedelta

import pytest
from rq.job import Job as Delivery
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs import delivery
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.registry import job, registered
from agency.foundation.tenancy import scope
from tests.agency.foundation.jobs.trial_jobs import note, write
from tests.factories import tenants


def queued(name="money"):
    return delivery.queue(name).job_ids


class TestLater:
    def test_writes_a_row_that_is_delivered(self, asked):
        row = asked(note)

        assert (row.state, row.attempts, row.queue) == (JobState.WAITING, 0, "money")
        assert queued() == [f"{row.id}-0"]

    def test_delivers_ids_in_plain_json(self, asked, app):
        row = asked(note)

        sent = Delivery.fetch(f"{row.id}-0", connection=app.extensions["redis"], serializer=JSONSerializer)
        assert JSONSerializer.loads(sent.data)[2] == [str(row.agency_id), str(row.id)]

    def test_delivers_nothing_before_the_commit(self, lumen, file):
        with scope.of_agency(lumen.agency_id), transaction():
            note.later(file=str(file))

            assert queued() == []

    def test_leaves_nothing_of_a_transaction_that_failed(self, lumen, file):
        with scope.of_agency(lumen.agency_id):
            with suppress(ZeroDivisionError), transaction():
                note.later(file=str(file))
                _ = 1 / 0

            with transaction():
                assert session.scalar(select(func.count()).select_from(Job)) == 0
        assert queued() == []

    def test_may_wait(self, lumen, file, words):
        with scope.of_agency(lumen.agency_id), transaction():
            note.later(wait=timedelta(minutes=5), file=str(file))
            row = session.scalars(select(Job)).one()

        assert timedelta(minutes=4) < row.not_before - clock.wall() <= timedelta(minutes=5)
        assert queued() == []

    def test_keeps_the_sub_account_it_was_asked_for(self, lumen, file):
        norte = tenants.sub_account(lumen)
        with scope.of_agency(lumen.agency_id, sub_account_id=norte.id), transaction():
            note.later(file=str(file))
            assert session.scalars(select(Job)).one().sub_account_id == norte.id

    def test_waits_in_the_database_while_redis_is_away(self, asked, app, monkeypatch, caplog):
        monkeypatch.setitem(app.extensions, "redis", delivery.connect("redis://127.0.0.1:1"))

        row = asked(note)

        assert row.state is JobState.WAITING
        assert "wait for the sweep" in caplog.text

    def test_takes_plain_json_alone(self, asked):
        with pytest.raises(TypeError, match="JSON"):
            asked(note, word=clock.wall())


class TestLaterOnce:
    def ask(self, lumen, file, word):
        with scope.of_agency(lumen.agency_id), transaction():
            note.later_once(file=str(file), word=word)
            return session.scalar(select(func.count()).select_from(Job))

    def test_asks_no_second_time_while_the_job_is_open(self, lumen, file, changed):
        assert [self.ask(lumen, file, "a") for _ in range(2)] == [1, 1]

    def test_asks_again_when_it_is_done(self, asked, lumen, file, changed):
        changed(asked(note, word="a"), state=JobState.DONE)

        assert self.ask(lumen, file, "a") == 2

    def test_tells_jobs_apart_by_what_they_are_told(self, lumen, file):
        assert [self.ask(lumen, file, word) for word in "ab"] == [1, 2]


class TestJob:
    def test_is_known_by_its_place(self):
        assert registered["tests.agency.foundation.jobs.trial_jobs.note"] is note

    def test_can_be_called_as_the_function_it_is(self, lumen, file, words):
        with scope.of_agency(lumen.agency_id):
            note(file=file)

        assert words() == ["noted"]

    def test_has_a_queue_that_workers_listen_to(self):
        with pytest.raises(ValueError, match="no worker listens to fast"):
            job(queue="fast")(write)


class TestLaterUnlessWaiting:
    def test_asks_once_while_one_waits(self, lumen):
        for _ in range(3):
            with scope.of_agency(lumen.agency_id), transaction():
                note.later_unless_waiting()

        assert len(queued()) == 1

    def test_keeps_a_job_that_begins_waiting_for_who_counted_on_it(self, lumen):
        with ThreadPoolExecutor(1) as pool:
            with scope.of_agency(lumen.agency_id), transaction():
                note.later_unless_waiting()
                beginning = pool.submit(_hear_out, lumen)
                with pytest.raises(NotYet):
                    beginning.result(timeout=0.3)

            beginning.result(timeout=5)

    def test_hinders_nobody_elses_job(self, lumen):
        ember = tenants.agency()

        with scope.of_agency(lumen.agency_id), transaction():
            note.later_unless_waiting()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(_hear_out, ember).result(timeout=5)


def _hear_out(agency):
    with scope.of_agency(agency.agency_id):
        note.hear_out()
