from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from agency.foundation.database.session import session
from agency.foundation.jobs import schedule
from agency.foundation.jobs.schedule import Entry, run_due, run_forever

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ran():
    return []


@pytest.fixture
def often(ran):
    return Entry("often", 5 * SECOND, ran.append)


class TestRunDue:
    def test_runs_at_once_and_then_every_so_often(self, app, often, ran):
        for seconds in range(11):
            run_due([often], now=NOON + seconds * SECOND)

        assert ran == [NOON, NOON + 5 * SECOND, NOON + 10 * SECOND]

    def test_runs_once_after_a_long_absence(self, app, often, ran):
        for now in (NOON, NOON + timedelta(days=3), NOON + timedelta(days=3) + SECOND):
            run_due([often], now=now)

        assert len(ran) == 2

    def test_gives_each_tick_to_one_of_several_schedulers(self, app, often, ran):
        together = Barrier(4)

        def keep_schedule(_):
            for tick in range(20):
                together.wait()
                run_due([often], now=NOON + 5 * tick * SECOND)
            session.remove()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(keep_schedule, range(4)))

        assert Counter(ran) == {NOON + 5 * tick * SECOND: 1 for tick in range(20)}

    def test_is_not_stopped_by_an_entry_that_fails(self, app, often, ran, caplog):
        def fail(now):
            raise RuntimeError("nothing to be had")

        names = run_due([Entry("failing", SECOND, fail), often], now=NOON)

        assert names == ["failing", "often"]
        assert ran == [NOON]
        assert "nothing to be had" in caplog.text


class TestRunForever:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch):
        monkeypatch.setattr(schedule, "LOOK_EVERY_SECONDS", 0)

    def test_goes_on_until_it_is_told_to_stop(self, app, often, ran):
        turns = iter([True, True, False])

        run_forever([often], may_go_on=lambda: next(turns))

        assert len(ran) == 1

    def test_waits_for_a_database_that_is_away(self, database_away, often, ran, caplog):
        turns = iter([True, True, False])

        run_forever([often], may_go_on=lambda: next(turns))

        assert ran == []
        assert caplog.text.count("cannot reach its database") == 2
