"""Two real workers and a scheduler, as processes of their own."""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.jobs import delivery
from agency.foundation.jobs.models import JobState
from agency.foundation.tenancy import scope
from tests.agency.foundation.jobs.trial_jobs import linger, note
from tests.architecture.sources import ROOT

PROCESS = """
import os, sys
import tests.agency.foundation.jobs.trial_jobs
from agency.app import create_app
from agency.foundation.config import Settings
from agency.worker import keep_schedule, work

app = create_app(Settings.from_environment(os.environ))
{"work": work, "schedule": keep_schedule}[sys.argv[1]](app)
"""
PATIENCE_SECONDS = 60

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workers"), pytest.mark.usefixtures("app", "processes")]


@pytest.fixture(scope="module")
def processes(settings, built_app):
    """Two workers and a scheduler by their pids; none outlives the module."""
    environment = {
        "CARTERA_MODE": "test",
        "BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "ENCRYPTION_KEY": settings.encryption_key,
        "SMTP_URL": settings.smtp_url,
    }
    started = [
        subprocess.Popen([sys.executable, "-c", PROCESS, what], cwd=ROOT, env=os.environ | environment)
        for what in ("work", "work", "schedule")
    ]
    yield {process.pid: process for process in started}
    for process in started:
        process.kill()
        process.wait()
    with built_app.app_context():
        built_app.extensions["redis"].flushdb()


def eventually(condition):
    deadline = monotonic() + PATIENCE_SECONDS
    while not condition():
        assert monotonic() < deadline, "it did not come true"
        sleep(0.02)


class TestWorkers:
    def test_perform_what_was_delivered_as_its_tenant(self, asked, lumen, file, now_of):
        row = asked(note)

        eventually(lambda: now_of(row).state is JobState.DONE)

        assert file.read_text().split()[1] == str(lumen.agency_id)

    def test_perform_by_themselves_what_was_never_delivered(self, app, asked, words, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setitem(app.extensions, "redis", delivery.connect("redis://127.0.0.1:1"))
            asked(note)

        eventually(lambda: words() == ["noted"])

    def test_share_what_is_delivered_twice_and_do_nothing_twice(self, lumen, file, words):
        with scope.of_agency(lumen.agency_id), transaction():
            for number in range(20):
                note.later(file=str(file), word=str(number))
        for name in delivery.queue("money").job_ids:
            delivery.queue("money").push_job_id(name)

        eventually(lambda: len(words()) >= 20 and not delivery.queue("money").job_ids)

        assert sorted(words(), key=int) == [str(number) for number in range(20)]

    def test_stop_a_job_before_its_lease_ends(self, asked, now_of):
        row = asked(linger)

        eventually(lambda: now_of(row).last_error)

        assert "JobTimeoutException" in now_of(row).last_error
        assert now_of(row).attempts == 1


class TestAKilledWorker:
    def test_leaves_its_job_to_another(self, processes, asked, file, now_of):
        row = asked(linger)
        eventually(lambda: file.exists() and file.read_text().endswith("\n"))
        worker = processes[int(file.read_text().split()[1])]

        worker.kill()
        worker.wait()

        assert now_of(row).state is JobState.RUNNING
        Path(f"{file}.may_end").touch()
        eventually(lambda: now_of(row).state is JobState.DONE)
        assert [line.split()[0] for line in file.read_text().splitlines()] == ["begun", "begun", "done"]
