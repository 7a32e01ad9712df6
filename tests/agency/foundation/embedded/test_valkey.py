import os
import signal
import stat

import pytest
import redis

from agency.foundation.embedded import child, folder, valkey


def client(url):
    return redis.Redis.from_url(url, decode_responses=True)


def word(url):
    with client(url) as connection:
        return connection.get("word")


@pytest.fixture
def stopped(tmp_path):
    """The folder of a server that ran, kept a word and was stopped."""
    with valkey.start(tmp_path / "data") as server, client(server.url) as connection:
        connection.set("word", "kept")
    return tmp_path / "data"


class TestStart:
    def test_asks_for_the_password(self, stopped):
        with valkey.start(stopped) as server, pytest.raises(redis.AuthenticationError):
            word(server.url.replace(server.password, "guess"))

    def test_keeps_the_password_for_its_owner_alone(self, stopped):
        modes = {stat.S_IMODE((stopped / name).stat().st_mode) for name in ("password", "valkey.conf")}

        assert modes == {0o600}

    def test_never_takes_the_standard_port(self, stopped):
        with valkey.start(stopped) as server:
            assert server.port != 6379

    def test_keeps_an_append_only_file(self, stopped):
        with valkey.start(stopped) as server, client(server.url) as connection:
            assert connection.config_get("appendonly") == {"appendonly": "yes"}

    def test_finds_the_data_again(self, stopped):
        with valkey.start(stopped) as server:
            assert word(server.url) == "kept"

    def test_refuses_a_folder_that_is_served(self, stopped, monkeypatch):
        monkeypatch.setattr(folder, "PATIENCE_SECONDS", 0.1)

        with valkey.start(stopped) as server:
            with pytest.raises(folder.DataFolderInUse):
                valkey.start(stopped)

            assert word(server.url) == "kept"

    def test_works_on_a_long_path(self, tmp_path):
        with valkey.start(tmp_path / "a long name with spaces, ñ and a quote'" / ("x" * 120)) as server:
            assert word(server.url) is None

    def test_names_a_missing_binary(self, tmp_path):
        with pytest.raises(child.ServiceFailedToStart, match=r"valkey ended.*\n.*nothing: No such file"):
            valkey.start(tmp_path / "data", executable=tmp_path / "nothing")

    def test_recovers_from_kill_9_of_the_server(self, stopped):
        crashed = valkey.start(stopped)
        os.kill(crashed.pid, signal.SIGKILL)

        with valkey.start(stopped) as server:
            assert word(server.url) == "kept"

        assert not crashed.child.running


class TestStop:
    def test_leaves_no_process(self, stopped, processes_in):
        server = valkey.start(stopped)
        assert processes_in(stopped) == [server.pid]

        server.stop()

        assert processes_in(stopped) == []
        assert server.child.exit_code == 0
