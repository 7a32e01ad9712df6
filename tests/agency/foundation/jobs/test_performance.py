from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from agency.foundation import clock, ids
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job, JobState
from agency.foundation.jobs.performance import PAUSE_MAX, perform
from agency.foundation.jobs.registry import registered
from agency.foundation.tenancy import scope
from tests.agency.foundation.jobs.trial_jobs import hesitate, linger, note, stumble
from tests.factories import tenants

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def deliver(row):
    perform(str(row.agency_id), str(row.id))


class TestPerform:
    def test_does_the_job_as_its_tenant(self, asked, lumen, file, now_of):
        row = asked(note)

        deliver(row)

        assert file.read_text().split()[1] == str(lumen.agency_id)
        assert (now_of(row).state, now_of(row).attempts, now_of(row).lease) == (JobState.DONE, 1, None)
        assert scope.current() == scope.NOBODY

    def test_does_it_once_however_often_it_is_delivered(self, asked, words):
        row = asked(note)

        for _ in range(3):
            deliver(row)

        assert words() == ["noted"]

    def test_does_it_once_for_two_workers_at_once(self, asked, app, file, words):
        row = asked(linger)

        def work(_):
            with app.app_context():
                deliver(row)

        with ThreadPoolExecutor(4) as pool:
            working = [pool.submit(work, each) for each in range(4)]
            while words() == []:
                pass
            file.with_name("words.may_end").touch()
            for each in working:
                each.result()

        assert words() == ["begun", "done"]

    def test_takes_over_a_job_whose_lease_ran_out(self, asked, changed, now_of, words):
        row = asked(note)
        changed(row, state=JobState.RUNNING, lease=ids.new_id(), lease_until=clock.wall(), attempts=1)

        deliver(row)

        assert words() == ["noted"]
        assert (now_of(row).state, now_of(row).attempts) == (JobState.DONE, 2)

    def test_gives_up_a_job_that_nobody_ever_came_back_from(self, asked, changed, now_of, words):
        row = asked(note)
        attempts = registered[row.name].attempts_max
        changed(row, state=JobState.RUNNING, lease=ids.new_id(), lease_until=clock.wall(), attempts=attempts)

        deliver(row)

        assert words() == []
        assert (now_of(row).state, now_of(row).last_error) == (JobState.FAILED, "NeverEnded: ")

    def test_leaves_a_job_that_somebody_holds(self, asked, changed, words):
        row = asked(note)
        changed(row, state=JobState.RUNNING, lease=ids.new_id(), lease_until=clock.wall() + AN_HOUR)

        deliver(row)

        assert words() == []

    def test_says_nothing_about_a_job_that_was_taken_over(self, asked, changed, now_of, monkeypatch):
        row, other = asked(note), ids.new_id()

        def lose_the_lease(**_arguments):
            changed(row, lease=other, lease_until=clock.wall() + AN_HOUR)

        monkeypatch.setattr("agency.foundation.jobs.performance.registered", {row.name: Replaced(note, lose_the_lease)})
        deliver(row)

        assert (now_of(row).state, now_of(row).lease) == (JobState.RUNNING, other)

    def test_waits_for_its_time(self, asked, changed, words):
        row = asked(note)
        changed(row, not_before=clock.wall() + AN_HOUR)

        deliver(row)

        assert words() == []

    def test_stands_at_the_time_of_a_sandbox(self, app, file):
        sandbox = tenants.agency(name="Sandbox", is_sandbox=True, now=NOON)
        with scope.of_agency(sandbox.agency_id), transaction():
            note.later(file=str(file))
            row = session.scalars(select(Job)).one()

        deliver(row)

        assert file.read_text().split()[3] == NOON.isoformat()
        assert clock.now() != NOON

    def test_ignores_a_delivery_of_nothing(self, lumen):
        perform(str(lumen.agency_id), str(ids.new_id()))

        assert scope.current() == scope.NOBODY

    def test_ignores_a_job_of_another_agency(self, asked, ember, words):
        row = asked(note)

        perform(str(ember.agency_id), str(row.id))

        assert words() == []


class TestAFailure:
    def test_is_kept_with_its_reason_and_tried_later(self, asked, now_of, lumen, acts):
        row = asked(stumble)

        deliver(row)

        failed = now_of(row)
        assert failed.state is JobState.WAITING
        assert failed.last_error == "NotFound: There is nothing at this address."
        assert timedelta(seconds=3) < failed.not_before - clock.wall() <= timedelta(seconds=5)
        assert acts(lumen, "trial.stumbled") == 0

    def test_comes_again_without_a_word_where_it_had_to_wait(self, asked, now_of, caplog):
        row = asked(hesitate)

        deliver(row)

        assert now_of(row).state is JobState.WAITING
        assert now_of(row).not_before > clock.wall()
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []

    def test_waits_longer_each_time_and_then_gives_up(self, asked, changed, now_of, words):
        row, waits = asked(stumble), []

        for seconds in (5, 10, 20, 20):
            changed(row, not_before=clock.wall())
            before = clock.wall()
            deliver(row)
            waits.append(before <= now_of(row).not_before - timedelta(seconds=seconds) <= clock.wall())

        assert waits == [True, True, True, False]
        assert now_of(row).state is JobState.FAILED
        assert words() == ["stumbled"] * 3

    def test_never_waits_longer_than_half_an_hour(self, asked, changed, now_of):
        row = asked(note, word=None, missing="argument")
        changed(row, attempts=10)

        deliver(row)

        assert now_of(row).state is JobState.WAITING
        assert timedelta(minutes=29) < now_of(row).not_before - clock.wall() <= PAUSE_MAX


class Replaced:
    """A kind of job that does something else."""

    def __init__(self, kind, function):
        self.lease, self.attempts_max, self.function = kind.lease, kind.attempts_max, function

    def __call__(self, **arguments):
        self.function(**arguments)
