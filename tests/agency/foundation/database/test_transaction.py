from contextlib import suppress

import pytest
from sqlalchemy import select

from agency.foundation.database import after_commit
from agency.foundation.database.session import TransactionSpoilt, session, transaction
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from tests.factories import tenants


class Refused(Exception):
    pass


@pytest.fixture
def in_lumen(lumen):
    with scope.of_agency(lumen.agency_id):
        yield


@pytest.fixture
def left(app):
    """What left after a commit."""
    return []


def add(name):
    values = {"country": "US", "currency": "USD", "time_zone": "UTC", "locale": "en", "created_at": tenants.NOON}
    session.add(SubAccount(name=name, **values))
    session.flush()


def names():
    with transaction():
        return set(session.scalars(select(SubAccount.name)))


def add_and_fail(name, left):
    with transaction():
        add(name)
        after_commit.call(lambda: left.append(name))
        raise Refused


def add_and_swallow(name, inner, left):
    with transaction():
        add(name)
        with suppress(Refused):
            add_and_fail(inner, left)


@pytest.mark.usefixtures("in_lumen")
class TestTransaction:
    def test_commits_at_its_end(self):
        with transaction():
            add("a")
        session.rollback()

        assert names() == {"a"}

    def test_keeps_nothing_of_a_failure(self, left):
        with pytest.raises(Refused):
            add_and_fail("a", left)

        assert names() == set()

    def test_inside_another_joins_it(self, left):
        with suppress(Refused), transaction():
            with transaction():
                add("a")
                after_commit.call(lambda: left.append("a"))
            assert left == []
            raise Refused

        assert (names(), left) == (set(), [])

    def test_keeps_no_half_when_an_inner_failure_is_swallowed(self, left):
        with pytest.raises(TransactionSpoilt):
            add_and_swallow("a", "b", left)

        assert (names(), left) == (set(), [])

    def test_begins_anew_after_a_failure(self, left):
        with pytest.raises(Refused):
            add_and_fail("a", left)
        with transaction():
            add("b")

        assert names() == {"b"}

    def test_may_take_back_a_savepoint(self):
        with transaction():
            add("a")
            with suppress(Refused), session.begin_nested():
                add("b")
                raise Refused

        assert names() == {"a"}


@pytest.mark.usefixtures("in_lumen")
class TestAfterTheCommit:
    def test_calls_leave_in_their_order(self, left):
        with transaction():
            add("a")
            after_commit.call(lambda: left.append(1))
            after_commit.call(lambda: left.append(2))
            assert left == []

        assert left == [1, 2]

    def test_they_find_what_was_committed(self, left):
        with transaction():
            add("a")
            after_commit.call(lambda: left.extend(names()))

        assert left == ["a"]

    def test_they_do_not_leave_when_a_savepoint_is_released(self, left):
        with transaction():
            with session.begin_nested():
                add("a")
                after_commit.call(lambda: left.append(1))
            assert left == []

    def test_those_of_a_failure_do_not_leave_with_the_next_commit(self, left):
        with suppress(Refused), transaction():
            after_commit.call(lambda: left.append("before any SQL"))
            raise Refused
        with transaction():
            add("a")

        assert left == []

    def test_a_failing_one_neither_stops_the_others_nor_undoes_the_act(self, left, caplog):
        def fail():
            raise ConnectionError("the queue is away")

        with transaction():
            add("a")
            after_commit.call(fail)
            after_commit.call(lambda: left.append(1))

        assert (names(), left) == ({"a"}, [1])
        assert "the queue is away" in caplog.text
