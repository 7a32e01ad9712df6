import os
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import ExitStack
from time import monotonic

import psycopg
import pytest

from agency.foundation.database.addresses import for_driver
from agency.foundation.embedded import child, folder, postgresql, server

QUICK = {"fsync": "off"}
AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
from agency.foundation.embedded import postgresql

with postgresql.start(Path(sys.argv[1])) as server:
    print("user", os.geteuid(), "cluster", (Path(sys.argv[1]) / "cluster").stat().st_uid)
"""


def connect(url):
    return psycopg.connect(for_driver(url), autocommit=True)


def answer(url, query):
    with connect(url) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with postgresql.start(tmp_path_factory.mktemp("running"), settings=QUICK) as postgres:
        yield postgres


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The folder of a server that ran, wrote a row and was stopped."""
    data = tmp_path_factory.mktemp("template")
    with postgresql.start(data, settings=QUICK) as postgres, connect(postgres.owner_url) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'kept' AS word")
    return data


@pytest.fixture
def stopped(template, tmp_path):
    return shutil.copytree(template, tmp_path / "data")


@pytest.fixture
def bystander():
    """Start a process that has nothing to do with us and stands in a folder."""
    with ExitStack() as ends:

        def start(cwd):
            process = ends.enter_context(subprocess.Popen(["/bin/sleep", "600"], cwd=cwd))
            ends.callback(process.kill)
            return process

        yield start


class TestStart:
    def test_runs_version_18_with_the_product_s_database(self, running):
        assert answer(running.owner_url, "SELECT current_setting('server_version')").startswith("18.")
        assert answer(running.owner_url, "SELECT current_database()") == "cartera"

    def test_sorts_by_the_builtin_locale(self, running):
        query = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"

        assert answer(running.owner_url, query) == "bC.UTF-8"

    def test_takes_settings(self, running):
        assert answer(running.owner_url, "SHOW fsync") == "off"

    def test_is_durable_unless_told_otherwise(self, stopped):
        with postgresql.start(stopped) as postgres:
            assert answer(postgres.owner_url, "SHOW fsync") == "on"

    def test_never_takes_the_standard_port(self, running):
        assert running.port != 5432

    def test_refuses_a_wrong_password(self, running):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(running.url("owner", "guess"))

    def test_keeps_the_password_for_its_owner_alone(self, running):
        password = running.child.log_path.with_name("owner_password")

        assert stat.S_IMODE(password.stat().st_mode) == 0o600

    def test_serves_several_processes_at_once(self, running):
        code = "import psycopg, sys; print(psycopg.connect(sys.argv[1]).execute('SELECT 6 * 7').fetchone()[0])"
        argv = [sys.executable, "-c", code, for_driver(running.owner_url)]

        both = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) for _ in range(2)]

        assert [each.communicate()[0] for each in both] == ["42\n", "42\n"]

    def test_tries_another_port_when_one_is_taken(self, stopped, running, monkeypatch):
        ports = iter([running.port, server._free_port()])
        monkeypatch.setattr(server, "_free_port", lambda: next(ports))

        with postgresql.start(stopped) as postgres:
            assert postgres.port != running.port
            assert answer(postgres.owner_url, "SELECT word FROM notes") == "kept"

    def test_refuses_a_folder_that_is_served(self, running, monkeypatch):
        monkeypatch.setattr(folder, "PATIENCE_SECONDS", 0.1)

        with pytest.raises(folder.DataFolderInUse):
            postgresql.start(running.child.log_path.parent)

        assert answer(running.owner_url, "SELECT 1") == 1

    def test_names_missing_binaries(self, tmp_path):
        with pytest.raises(child.ServiceFailedToStart, match=r"initdb ended.*\n.*initdb: No such file"):
            postgresql.start(tmp_path / "data", binaries=tmp_path)

    def test_names_a_setting_that_is_wrong(self, stopped):
        with pytest.raises(child.ServiceFailedToStart, match='unrecognized configuration parameter "colour"'):
            postgresql.start(stopped, settings={"colour": "blue"})

    def test_works_on_a_long_path(self, tmp_path):
        data = tmp_path / "a long name with spaces, ñ and a quote'" / ("x" * 120)

        with postgresql.start(data, settings=QUICK) as postgres:
            assert answer(postgres.owner_url, "SELECT 1") == 1

    def test_begins_anew_where_the_first_start_was_cut_off(self, tmp_path):
        unfinished = tmp_path / "cluster.new"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18\n")

        with postgresql.start(tmp_path, settings=QUICK) as postgres:
            assert answer(postgres.owner_url, "SELECT 1") == 1


class TestRestart:
    def test_finds_the_data_and_the_password(self, stopped):
        with postgresql.start(stopped) as postgres:
            assert answer(postgres.owner_url, "SELECT word FROM notes") == "kept"

    def test_is_fast(self, stopped):
        before = monotonic()

        with postgresql.start(stopped):
            assert monotonic() - before < 1.5

    def test_recovers_from_kill_9_of_the_server(self, stopped, within, processes_in):
        crashed = postgresql.start(stopped)
        os.kill(crashed.pid, signal.SIGKILL)

        with postgresql.start(stopped) as postgres:
            assert answer(postgres.owner_url, "SELECT word FROM notes") == "kept"

        assert not crashed.child.running
        assert within(3, lambda: processes_in(stopped) == [])

    def test_passes_over_a_stale_pid(self, stopped):
        gone = subprocess.Popen(["/bin/true"])
        gone.wait()
        (stopped / "cluster" / "postmaster.pid").write_text(f"{gone.pid}\n{stopped}/cluster\n")

        with postgresql.start(stopped) as postgres:
            assert answer(postgres.owner_url, "SELECT word FROM notes") == "kept"

    def test_passes_over_a_pid_that_somebody_else_has_now(self, stopped, bystander):
        stranger = bystander("/")
        (stopped / "cluster" / "postmaster.pid").write_text(f"{stranger.pid}\n{stopped}/cluster\n")

        with postgresql.start(stopped) as postgres:
            assert answer(postgres.owner_url, "SELECT word FROM notes") == "kept"

        assert stranger.poll() is None

    def test_leaves_a_server_started_by_hand_alone(self, stopped, bystander):
        by_hand = bystander(stopped / "cluster")
        (stopped / "cluster" / "postmaster.pid").write_text(f"{by_hand.pid}\n")

        with pytest.raises(folder.DataFolderInUse, match=str(by_hand.pid)):
            postgresql.start(stopped)


class TestStop:
    def test_leaves_no_process(self, stopped, processes_in):
        postgres = postgresql.start(stopped)
        assert processes_in(stopped) != []

        postgres.stop()

        assert processes_in(stopped) == []

    def test_does_not_wait_for_clients(self, stopped):
        postgres = postgresql.start(stopped)
        with connect(postgres.owner_url) as idle:
            before = monotonic()

            postgres.stop()

            assert monotonic() - before < 3
            with pytest.raises(psycopg.OperationalError):
                idle.execute("SELECT 1")

    def test_ends_the_server_in_order(self, stopped):
        postgres = postgresql.start(stopped)

        postgres.stop()

        assert postgres.child.exit_code == 0
        assert "database system is shut down" in postgres.child.log_tail()


@pytest.mark.slow
class TestOrdinaryUser:
    def test_starts_a_server_of_its_own(self, folder_of_nobody):
        user, data = folder_of_nobody.stat().st_uid, folder_of_nobody / "data"
        argv = [sys.executable, "-c", AS_ORDINARY_USER, str(data)]
        log = folder_of_nobody / "user.log"

        run = child.start(argv, log_path=log, cwd=folder_of_nobody, unprivileged_in=folder_of_nobody)

        assert run.wait(60)
        assert run.log_tail() == f"user {user} cluster {user}"

    def test_finds_its_folder_usable_after_root_served_it(self, folder_of_nobody):
        with postgresql.start(folder_of_nobody, settings=QUICK):
            pass

        owners = {path.stat().st_uid for path in folder_of_nobody.rglob("*")}

        assert owners == {folder_of_nobody.stat().st_uid}
