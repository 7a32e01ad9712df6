from datetime import UTC, datetime, timedelta
from threading import Thread

from agency.foundation import clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestNow:
    def test_follows_the_wall(self):
        assert timedelta() <= clock.now() - clock.wall() + timedelta(seconds=1) < timedelta(seconds=2)

    def test_stands_where_a_sandbox_stands(self):
        with clock.standing_at(NOON):
            assert clock.now() == clock.now() == NOON

    def test_is_the_walls_again_afterwards(self):
        with clock.standing_at(NOON), clock.standing_at(None):
            assert clock.now() > NOON

        assert clock.now() != NOON

    def test_of_one_thread_is_not_anothers(self):
        seen = []

        with clock.standing_at(NOON):
            thread = Thread(target=lambda: seen.append(clock.now()))
            thread.start()
            thread.join()

        assert seen[0] != NOON


class TestWall:
    def test_cannot_be_set(self):
        with clock.standing_at(NOON):
            assert clock.wall() > NOON

    def test_has_its_zone(self):
        assert clock.wall().tzinfo is UTC
