"""What is left of a server whose starter was killed: its data, and nothing else."""

import psycopg
import pytest
import redis

from agency.foundation.database.addresses import for_driver
from agency.foundation.embedded import postgresql, valkey

# What must happen is waited for; so long only where it never does.
SECONDS_MAX = 60


def connect(url):
    return psycopg.connect(for_driver(url), autocommit=True)


def answer(url, query):
    with connect(url) as connection:
        return connection.execute(query).fetchone()[0]


@pytest.mark.slow
class TestPostgreSQL:
    def test_leaves_no_process_and_no_loss(self, tmp_path, starter, within, processes_in):
        other = starter("postgresql", tmp_path)
        _, url = other.address()
        with connect(url) as connection:
            connection.execute("CREATE TABLE notes AS SELECT 'committed' AS word")

        other.kill()

        assert within(SECONDS_MAX, lambda: processes_in(tmp_path) == [])
        with postgresql.start(tmp_path) as server:
            assert answer(server.owner_url, "SELECT word FROM notes") == "committed"

    def test_leaves_no_process_of_another_user(self, folder_of_nobody, starter, within, processes_in):
        other = starter("postgresql", folder_of_nobody)
        other.address()

        other.kill()

        assert within(SECONDS_MAX, lambda: processes_in(folder_of_nobody) == [])

    def test_ends_busy_backends_too(self, tmp_path, starter, within, processes_in):
        other = starter("postgresql", tmp_path)
        client = connect(other.address()[1])
        client.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000)")

        other.kill()

        assert within(SECONDS_MAX, lambda: processes_in(tmp_path) == [])
        client.close()

    def test_leaves_nothing_when_cut_off_in_the_first_start(self, tmp_path, starter, within, processes_in):
        other = starter("postgresql", tmp_path)
        assert within(SECONDS_MAX, (tmp_path / "cluster.new").exists)

        other.kill()

        assert within(SECONDS_MAX, lambda: processes_in(tmp_path) == [])
        assert (tmp_path / "cluster.new").exists()  # It did not just come to its end.
        with postgresql.start(tmp_path) as server:
            assert answer(server.owner_url, "SELECT 1") == 1

    def test_need_not_be_waited_for(self, tmp_path, starter):
        other = starter("postgresql", tmp_path)
        other.address()

        other.kill()

        with postgresql.start(tmp_path) as server:
            assert answer(server.owner_url, "SELECT 1") == 1


@pytest.mark.slow
class TestValkey:
    def test_leaves_no_process_and_no_loss(self, tmp_path, starter, within, processes_in):
        other = starter("valkey", tmp_path)
        with redis.Redis.from_url(other.address()[1]) as client:
            client.set("word", "kept")

        other.kill()

        assert within(SECONDS_MAX, lambda: processes_in(tmp_path) == [])
        with valkey.start(tmp_path) as server, redis.Redis.from_url(server.url) as client:
            assert client.get("word") == b"kept"
